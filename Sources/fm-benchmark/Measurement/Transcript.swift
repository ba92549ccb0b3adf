// SPDX-License-Identifier: Apache-2.0

/// What libFM prints on standard output, as far as it must be the same in every implementation.
enum Transcript {
  /// The lines after the banner, without the prose between `#iterations=` and the first result,
  /// whose wording is each implementation's own.
  static func comparableLines(of output: String) -> [Substring] {
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
    let rules = lines.indices.filter { !lines[$0].isEmpty && lines[$0].allSatisfy { $0 == "-" } }
    var isProse = false
    return lines.dropFirst(rules.count < 2 ? 0 : rules[1] + 1).filter { line in
      if line.hasPrefix("#Iter=") || line.hasPrefix("Final") { isProse = false }
      defer { if line.hasPrefix("#iterations=") { isProse = true } }
      return !isProse
    }
  }
}
