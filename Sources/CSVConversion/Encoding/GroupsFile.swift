// SPDX-License-Identifier: Apache-2.0

public import LibFMFormats

extension Encoder {
  /// Writes the group of each feature of the main table as libFM's `-meta` reads it, one a line.
  ///
  /// The line of an id below the first feature says 0. Does not commit.
  ///
  /// - Parameters:
  ///   - file: receives the lines.
  ///   - includesRelations: whether features of relations are listed as well.
  /// - Throws: `FormatError` when writing fails.
  public func writeGroups(
    to file: WholeFile, includesRelations: Bool = true
  ) throws(FormatError) {
    let end = includesRelations ? schema.featureCount : schema.mainFeatureCount
    for group in groups(of: 0..<end) { try file.write("\(group)\n") }
  }
}
