// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import Foundation
import Testing

@testable import libFM

@Suite("Command lines, mutated")
struct CommandLineMutationTests {
  static let words = [
    "-task", "r", "c", "-train", "a", "-test", "--test", "-method", "sgd", "mcmc", "-iter", "5",
    "-5", " -5", "-dim", "1,1,8", "1;;0,-2", "-learn_rate", "-0.1", "0.1,0.2,0.3", "-regular",
    "-seed", "99999999999", "-threads", "2", "-strict", "-quiet", "-help", "-h", "-version", "-",
    "--",
    "---x", "", "abc", "1e400", "nan", "-inf", "0x10", "-out", "-bogus", "-metrics", "rmse,auc",
    "-early_stopping", "3", "-verbosity", "1", "1x", " 7 ", "-init_stdev", "2147483648", ",", "-,",
  ]

  /// Each seed stands for 50,000 inputs.
  @Test("are read by the original's rules", arguments: 0..<4 as Range<UInt64>)
  func agreesWithRules(seed: UInt64) {
    var state = seed
    func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let naive = NaiveCommandLine(command: libFMCommand)
    for _ in 0..<50_000 {
      var line = (0..<below(8)).map { _ in Self.words[below(Self.words.count)] }
      if below(4) == 0, !line.isEmpty {
        var bytes = Array(line[0].utf8)
        let place = below(bytes.count + 1)
        bytes.insert(UInt8(1 + below(126)), at: place)
        line[0] = String(decoding: bytes, as: UTF8.self)
      }
      if let problem = Self.problem(line, expected: naive.outcome(line)) {
        Issue.record("\(line): \(problem)")
        return
      }
    }
  }

  private static func problem(_ line: [String], expected: NaiveCommandLine.Outcome) -> String? {
    do throws(CommandError) {
      switch try libFMCommand.parse(line) {
      case .help: return expected == .help ? nil : "help instead of \(expected)"
      case .version: return expected == .version ? nil : "version instead of \(expected)"
      case .run(let flags):
        guard case .run(let values, let isStrict) = expected else { return "run: \(expected)" }
        return difference(flags, values, isStrict) ?? problemOfSettings(flags)
      }
    } catch {
      if error.status != 64 || error.description.isEmpty { return "\(error)" }
      return expected == .mistake ? nil : "\(error), not \(expected)"
    }
  }

  private static func difference(
    _ flags: ParsedFlags, _ values: [String: String?], _ isStrict: Bool
  ) -> String? {
    for flag in libFMCommand.flags {
      guard flags.isGiven(flag.name) == values.keys.contains(flag.name) else {
        return "-\(flag.name) is given or not"
      }
      guard let value = values[flag.name] else { continue }
      let text = value ?? ""
      let isSame =
        switch flag.kind {
        case .none: true
        case .text, .path: flags.text(flag.name) == text
        case .textList: flags.texts(flag.name) == NaiveCommandLine.pieces(text)
        case .repeatedText: flags.texts(flag.name) == [text]
        case .integer:
          flags.integer(flag.name) == Int(Int32(truncatingIfNeeded: strtol(text, nil, 10)))
        case .wrappingInteger:
          flags.integer(flag.name) == Int(Int32(truncatingIfNeeded: strtol(text, nil, 10)))
        case .number: flags.number(flag.name) == strtod(text, nil) || strtod(text, nil).isNaN
        case .integerList:
          flags.integers(flag.name)
            == NaiveCommandLine.pieces(text)
            .map { Int(Int32(truncatingIfNeeded: strtol($0, nil, 10))) }
        case .numberList:
          flags.numbers(flag.name).map { "\($0)" }
            == "\(NaiveCommandLine.pieces(text).map { strtod($0, nil) })"
        }
      if !isSame { return "-\(flag.name) '\(text)'" }
    }
    return nil
  }

  /// Settings are made, or refused as a wrong command line.
  private static func problemOfSettings(_ flags: ParsedFlags) -> String? {
    do throws(CommandError) {
      let settings = try Settings(flags, now: 0)
      return settings.factorCount >= 0 && settings.threadCount >= 1 ? nil : "\(settings)"
    } catch {
      return error.status == 64 && !error.description.isEmpty ? nil : "\(error)"
    }
  }
}
