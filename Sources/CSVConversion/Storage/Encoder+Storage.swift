// SPDX-License-Identifier: Apache-2.0

public import LibFMFormats

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Darwin)
import Darwin
#else
import Glibc
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

extension Schema {
  /// Whether the parts of a schema that was read fit together.
  var isConsistent: Bool {
    (0...1).contains(firstFeature) && featureCount >= firstFeature
      && featureCount <= Int(Int32.max) && (firstFeature...featureCount).contains(mainFeatureCount)
      && columns.allSatisfy { column in
        column.featureCount >= 0 && column.firstFeature >= firstFeature
          && column.endFeature <= featureCount && column.hasUsableRole
          && [column.bucket, column.missing].allSatisfy { feature in
            feature.map { (column.firstFeature..<column.endFeature).contains(Int($0)) } ?? true
          }
      }
      && columns.indices.allSatisfy { !columns[$0].role.isImplicit || keyColumn(of: $0) != nil }
  }
}

extension Schema.Column {
  fileprivate var hasUsableRole: Bool {
    switch role {
    case .hashed(let bits, _): (1...28).contains(bits)
    case .set(let separator, _): !separator.isEmpty
    case .target, .ignored: false
    case .category, .number, .date, .implicit: true
    }
  }
}

/// Folders for output.
public enum OutputFolder {
  /// Makes a folder with those that lead to it; one that exists is fine.
  ///
  /// - Throws: `FormatError` when that fails.
  public static func make(_ path: String) throws(FormatError) {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw FormatError(path: path, found: "this is a file", expected: "a folder")
      }
      return
    }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try make(String(path[..<slash]))
    }
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw FormatError(
        path: path, found: "the folder cannot be made: \(SystemMessage.last)")
    }
  }
}
