// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// Reads the group of each feature: numbers separated by white space, the first for feature 0.
///
/// What follows the numbers that are needed is not looked at.
public enum GroupsReader {
  /// The greatest number of groups: a stray large number must not make a table that fills memory.
  public static let greatestGroupCount = 1 << 24

  /// Reads the groups of `featureCount` features.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read, has too few numbers, or something else
  ///   than a group; `OutOfMemoryError`.
  public static func read(path: String, featureCount: Int) throws -> FeatureGroups {
    let bytes = try InputBytes(path: path)
    return try withExtendedLifetime(bytes) {
      try read(bytes.buffer, path: path, featureCount: featureCount)
    }
  }

  /// Reads a text in memory, which errors call `path`.
  static func read(
    _ text: UnsafeBufferPointer<UInt8>, path: String, featureCount: Int
  ) throws -> FeatureGroups {
    var scanner = NumberListScanner(text)
    var groups = ContiguousArray<UInt32>()
    while groups.count < featureCount {
      switch scanner.next() {
      case .number(let group) where Int(group) < greatestGroupCount:
        groups.append(group)
      case .number(let group):
        throw notAGroup("\(group)", path, scanner)
      case .other(let text):
        throw notAGroup(text, path, scanner)
      case nil:
        throw FormatError(
          path: path, line: scanner.line,
          found: "the file ends after \(groups.count) groups",
          expected: "one for each of the \(featureCount) features")
      }
    }
    return try FeatureGroups(groups)
  }

  private static func notAGroup(
    _ text: String, _ path: String, _ scanner: NumberListScanner
  ) -> FormatError {
    FormatError(
      path: path, line: scanner.line, column: scanner.column,
      found: "'\(text.prefix(40))' is not a group",
      expected: "a whole number from 0 to \(greatestGroupCount - 1)")
  }
}
