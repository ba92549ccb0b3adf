// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// `implicit.tsv`: the items of each key of each pair for implicit feedback.
///
/// A header line, then the name of the pair, the id of the key's feature, and the ids of the items'
/// features separated by blanks; keys without items have no line.
enum ImplicitTable {
  private static let header = "pair\tkey\titems"

  /// Writes the sets of an encoder; does not commit.
  static func write(_ encoder: Encoder, to file: WholeFile) throws(FormatError) {
    try file.write(header + "\n")
    for (column, sets) in zip(encoder.schema.columns, encoder.implicitSets) {
      guard let sets else { continue }
      let name = TabText.escaped(column.name)
      for key in 0..<sets.offsets.count - 1 {
        let items = sets.items(ofKey: sets.firstKey + UInt32(key))
        if items.isEmpty { continue }
        try file.write("\(name)\t\(sets.firstKey + UInt32(key))\t")
        try file.write(items.map(String.init).joined(separator: " ") + "\n")
      }
    }
  }

  /// Reads the sets of a schema's pairs.
  ///
  /// - Throws: `FormatError` for a line that does not fit the schema.
  static func sets(_ path: String, schema: Schema) throws(FormatError) -> [ImplicitSets?] {
    var lines = try LineReader(path: path)
    guard lines.next() == header else {
      throw lines.error("this is no list of sets", expected: "the header line of implicit.tsv")
    }
    var pairs: [Int: [UInt64]] = [:]
    while let line = lines.next() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 3, let name = TabText.unescaped(fields[0]),
        let index = schema.columns.firstIndex(where: { $0.name == name }),
        let keyColumn = schema.keyColumn(of: index), let key = UInt32(fields[1]),
        (keyColumn.firstFeature..<keyColumn.endFeature).contains(Int(key))
      else { throw lines.error("this is no set of the schema", advice: "save the encoder again") }
      let range = schema.columns[index].firstFeature..<schema.columns[index].endFeature
      for item in fields[2].split(separator: " ") {
        guard let id = UInt32(item), range.contains(Int(id)) else {
          throw lines.error("'\(item)' is no item of '\(name)'", advice: "save the encoder again")
        }
        pairs[index, default: []].append(UInt64(key) << 32 | UInt64(id))
      }
    }
    return schema.columns.indices.map { index in
      guard let keyColumn = schema.keyColumn(of: index) else { return nil }
      var list = pairs[index] ?? []
      return ImplicitSets(
        pairs: &list, firstKey: UInt32(keyColumn.firstFeature),
        keyCount: keyColumn.featureCount)
    }
  }
}

extension Schema {
  /// The key column of a pair for implicit feedback; nil for any other column.
  func keyColumn(of index: Int) -> Column? {
    guard case .implicit(let key, _) = columns[index].role else { return nil }
    return columns.first { $0.name == key }
  }
}
