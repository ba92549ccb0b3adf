// SPDX-License-Identifier: Apache-2.0

import CSVConversion
import CommandLineSupport

/// Reads the options that give columns their roles.
struct RoleArguments {
  let flags: ParsedFlags

  /// All named roles, in the order of the kinds.
  func roles() throws(CommandError) -> [EncoderOptions.NamedRole] {
    var roles: [EncoderOptions.NamedRole] = []
    for name in names("target") { roles.append(.init(name, .target)) }
    for name in names("categorical") { roles.append(.init(name, .category)) }
    for name in names("ignore") { roles.append(.init(name, .ignored)) }
    for item in items("numeric") { roles.append(try number(item)) }
    for item in items("multi") { roles.append(try set(item)) }
    for item in items("date") { roles.append(try date(item)) }
    for item in items("hash-bits") { roles.append(try hash(item)) }
    if let weightColumn {
      guard roles.allSatisfy({ $0.column != weightColumn || $0.role == .ignored }) else {
        throw .usage(
          "--weight: column '\(weightColumn)' has another role too; what a row counts is neither "
            + "target nor feature")
      }
      roles.append(.init(weightColumn, .ignored))
    }
    // Hashing says more about a column that is also called categorical.
    return roles.filter { role in
      role.role != .category
        || !roles.contains { other in
          if case .hashed = other.role { other.column == role.column } else { false }
        }
    }
  }

  /// The column of the rows' weights, which is no feature.
  var weightColumn: String? { flags.text("weight").map(EscapedText.plain) }

  /// The names of columns in a list option.
  func names(_ flag: String) -> [String] {
    items(flag).map(EscapedText.plain)
  }

  /// The elements of a list option, still escaped.
  func items(_ flag: String) -> [String] {
    (flags.texts(flag) ?? []).flatMap { EscapedText.parts(of: $0, separator: ",") }
      .filter { !$0.isEmpty }
  }

  private func parts(_ item: String) -> [String] {
    EscapedText.parts(of: item, separator: ":").map(EscapedText.plain)
  }

  private func number(_ item: String) throws(CommandError) -> EncoderOptions.NamedRole {
    let parts = parts(item)
    if parts.count == 1 { return .init(parts[0], .number(.raw)) }
    guard parts.count == 2, let transform = NumericTransform(name: parts[1]) else {
      throw .usage(
        "--numeric: '\(item)' is not COLUMN or COLUMN:HOW; HOW is raw, standardize, minmax, log1p "
          + "or bins=N with N from 2")
    }
    return .init(parts[0], .number(transform))
  }

  private func set(_ item: String) throws(CommandError) -> EncoderOptions.NamedRole {
    let parts = parts(item)
    let weight = parts.count == 3 ? SetWeight(rawValue: parts[2]) : .mean
    guard (2...3).contains(parts.count), !parts[1].isEmpty, let weight else {
      throw .usage(
        "--multi: '\(item)' is not COLUMN:SEP or COLUMN:SEP:W; W is 1/n, 1 or 1/sqrt(n), and a "
          + "comma or colon as SEP needs a backslash before it")
    }
    return .init(parts[0], .set(separator: parts[1], weight: weight))
  }

  private func date(_ item: String) throws(CommandError) -> EncoderOptions.NamedRole {
    let parts = parts(item)
    let names = parts.dropFirst()
    let chosen = names.compactMap(DatePart.init(rawValue:))
    guard !names.isEmpty, chosen.count == names.count, Set(chosen).count == chosen.count else {
      let known = DatePart.allCases.map(\.rawValue).joined(separator: ", ")
      throw .usage("--date: '\(item)' is not COLUMN:PART; PART is one of \(known)")
    }
    return .init(parts[0], .date(chosen))
  }

  private func hash(_ item: String) throws(CommandError) -> EncoderOptions.NamedRole {
    let parts = parts(item)
    let seed = parts.count == 3 ? UInt64(parts[2]) : 0
    guard (2...3).contains(parts.count), let bits = Int(parts[1]), (1...28).contains(bits),
      let seed
    else {
      throw .usage("--hash-bits: '\(item)' is not COLUMN:B or COLUMN:B:SEED with B from 1 to 28")
    }
    return .init(parts[0], .hashed(bits: bits, seed: seed))
  }
}

extension RoleArguments {
  /// The roles with those of one column that is named for several parts of its date joined.
  static func joiningDates(
    _ roles: [EncoderOptions.NamedRole]
  ) -> [EncoderOptions.NamedRole] {
    var joined: [EncoderOptions.NamedRole] = []
    for role in roles {
      if case .date(let parts) = role.role,
        let index = joined.firstIndex(where: { $0.column == role.column }),
        case .date(let earlier) = joined[index].role
      {
        joined[index].role = .date(earlier + parts.filter { !earlier.contains($0) })
      } else {
        joined.append(role)
      }
    }
    return joined
  }
}
