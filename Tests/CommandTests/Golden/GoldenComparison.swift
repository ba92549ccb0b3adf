// SPDX-License-Identifier: Apache-2.0

/// Lines of bytes, with their ends.
typealias Lines = [ArraySlice<UInt8>]

private let newline = UInt8(ascii: "\n")
private let tab = UInt8(ascii: "\t")

/// What follows the second line made only of dashes, or everything.
func afterBanner(_ output: [UInt8]) -> ArraySlice<UInt8> {
  var ruleCount = 0
  var start = output.startIndex
  while start < output.endIndex {
    let end = output[start...].firstIndex(of: newline) ?? output.endIndex
    let next = min(end + 1, output.endIndex)
    if end > start, output[start..<end].allSatisfy({ $0 == UInt8(ascii: "-") }) {
      ruleCount += 1
      if ruleCount == 2 { return output[next...] }
    }
    start = next
  }
  return output[...]
}

/// The output with the lines that the expected one leaves to the implementer's words replaced.
func maskingFreeLines(_ output: [UInt8], as expected: [UInt8]) -> [UInt8] {
  var lines = separated(output, at: newline)
  for (index, line) in zip(lines.indices, separated(expected, at: newline)) {
    let isBlank = lines[index].allSatisfy { $0 == UInt8(ascii: " ") || $0 == tab }
    if line.elementsEqual("[free]".utf8), !isBlank { lines[index] = line }
  }
  return Array(lines.joined(separator: [newline]))
}

/// The table with a star for each figure in the columns whose header begins with `time_`.
///
/// A file without such a header comes back as it is.
func maskingTimes(_ file: [UInt8]) -> [UInt8] {
  var lines = separated(file, at: newline)
  let header = separated(lines[0], at: tab)
  let hidden = header.indices.filter { header[$0].starts(with: "time_".utf8) }
  if hidden.isEmpty { return file }
  for index in lines.indices.dropFirst() {
    var cells = separated(lines[index], at: tab)
    guard cells.count == header.count else { continue }
    for column in hidden where !cells[column].isEmpty { cells[column] = [UInt8(ascii: "*")] }
    lines[index] = Array(cells.joined(separator: [tab]))[...]
  }
  return Array(lines.joined(separator: [newline]))
}

/// Nil, or a sentence on the first place where the two differ.
func firstDifference(_ name: String, expected: [UInt8], found: [UInt8]) -> String? {
  if expected == found { return nil }
  if expected.contains(0) || found.contains(0) {
    let place = zip(expected, found).enumerated().first { $1.0 != $1.1 }?.offset
    return "\(name): byte \(place ?? min(expected.count, found.count)) differs "
      + "(sizes: expected \(expected.count), found \(found.count))"
  }
  let lines = (separated(expected, at: newline), separated(found, at: newline))
  for index in 0..<max(lines.0.count, lines.1.count) {
    let pair = (
      index < lines.0.count ? lines.0[index] : nil, index < lines.1.count ? lines.1[index] : nil
    )
    if pair.0 != pair.1 {
      return "\(name): line \(index + 1): expected \(quoted(pair.0)), found \(quoted(pair.1))"
    }
  }
  return "\(name) differs"
}

private func separated(_ bytes: some Collection<UInt8>, at separator: UInt8) -> Lines {
  Array(bytes).split(separator: separator, omittingEmptySubsequences: false)
}

private func quoted(_ line: ArraySlice<UInt8>?) -> String {
  guard let line else { return "the end" }
  return String(String(decoding: line, as: UTF8.self).debugDescription.prefix(200))
}
