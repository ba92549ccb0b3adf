// SPDX-License-Identifier: Apache-2.0

public import LibFMFormats

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
extension Encoder {
  /// Saves the encoder in a folder, which is made if need be.
  ///
  /// Writes `schema.json`, `features.tsv` and, if there are pairs for implicit feedback, `implicit.tsv`;
  /// all of them or none.
  ///
  /// - Throws: `FormatError` when something cannot be written.
  public func save(to folder: String) throws {
    for file in try savedFiles(in: folder) { try file.commit() }
  }

  /// The files that ``save(to:)`` writes, not committed.
  ///
  /// - Throws: `FormatError` when something cannot be written.
  public func savedFiles(in folder: String) throws -> [WholeFile] {
    try OutputFolder.make(folder)
    let schemaFile = try WholeFile(folder + "/schema.json")
    let json = JSONEncoder()
    json.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try Array(json.encode(schema)).withUnsafeBytes { bytes in try schemaFile.write(bytes) }
    try schemaFile.write("\n")
    var files = [schemaFile, try WholeFile(folder + "/features.tsv")]
    try FeatureTable.write(self, to: files[1])
    if implicitSets.contains(where: { $0 != nil }) {
      files.append(try WholeFile(folder + "/implicit.tsv"))
      try ImplicitTable.write(self, to: files[2])
    }
    return files
  }

  /// Loads an encoder that ``save(to:)`` has written.
  ///
  /// - Throws: `FormatError` when a file is missing, damaged or of another version.
  public init(loadingFrom folder: String) throws {
    let path = folder + "/schema.json"
    let bytes = Data(try LineReader(path: path).contents)
    let decoder = JSONDecoder()
    guard let header = try? decoder.decode(VersionHeader.self, from: bytes) else {
      throw FormatError(
        path: path, found: "this is no saved encoder", expected: "a schema with a version")
    }
    guard header.version == Schema.currentVersion else {
      throw FormatError(
        path: path, found: "the encoder has version \(header.version)",
        expected: "version \(Schema.currentVersion)",
        advice: "fit it again with this program, or use the program that saved it")
    }
    let schema: Schema
    do {
      schema = try decoder.decode(Schema.self, from: bytes)
      guard schema.isConsistent else { throw FormatError(path: path, found: "") }
    } catch {
      throw FormatError(
        path: path, found: "the schema is damaged", advice: "save the encoder again")
    }
    self.init(
      schema: schema,
      vocabularies: try FeatureTable.vocabularies(folder + "/features.tsv", schema: schema))
    if schema.columns.contains(where: \.role.isImplicit) {
      implicitSets = try ImplicitTable.sets(folder + "/implicit.tsv", schema: schema)
    }
  }
}

private struct VersionHeader: Decodable {
  var version: Int
}
