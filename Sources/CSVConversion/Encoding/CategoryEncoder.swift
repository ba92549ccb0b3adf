// SPDX-License-Identifier: Apache-2.0

/// One-hot: the feature of each row's value.
final class CategoryEncoder: ColumnEncoder {
  let output = EncodedColumn(isSet: false, hasValues: false)
  private(set) var unknownCount = 0
  private let vocabulary: Vocabulary
  private let missing: MissingValues
  private let unknown: UnknownValues

  init(_ vocabulary: Vocabulary, missing: MissingValues, unknown: UnknownValues) {
    self.vocabulary = vocabulary
    self.missing = missing
    self.unknown = unknown
  }

  func encode(_ cells: CellTable, column: Int) -> BlockError? {
    output.begin(rowCount: cells.rowCount)
    output.ids.count = cells.rowCount
    let ids = output.ids.base
    let dictionary = vocabulary.dictionary
    let missingFeature = vocabulary.missing ?? EncodedColumn.none
    var failure: BlockError?
    vocabulary.features.withUnsafeBufferPointer { features in
      KeyBatch.forEach(
        cells, column: column, missing: missing, dictionary: dictionary,
        canonical: vocabulary.canonical, skip: { ids[$0] = missingFeature },
        body: { row, key, text in
          if let entry = dictionary.find(key, text) {
            ids[row] = features[entry]
            return true
          }
          unknownCount &+= 1
          do throws(BlockError) {
            let feature = try unknown.feature(
              cells.bytes(row: row, column: column),
              offset: cells.offset(row: row, column: column))
            ids[row] = feature ?? EncodedColumn.none
            return true
          } catch {
            failure = error
            return false
          }
        })
    }
    return failure
  }
}

/// The place of each row's value by its hash.
final class HashEncoder: ColumnEncoder {
  let output = EncodedColumn(isSet: false, hasValues: false)
  let unknownCount = 0
  private let hash: FeatureHash
  private let firstFeature: UInt32
  private let missingFeature: UInt32
  private let missing: MissingValues

  init(_ hash: FeatureHash, column: Schema.Column, missing: MissingValues) {
    self.hash = hash
    firstFeature = UInt32(column.firstFeature)
    missingFeature = column.missing ?? EncodedColumn.none
    self.missing = missing
  }

  func encode(_ cells: CellTable, column: Int) -> BlockError? {
    output.begin(rowCount: cells.rowCount)
    for row in 0..<cells.rowCount {
      let cell = cells.bytes(row: row, column: column)
      output.ids.append(
        missing.contains(cell)
          ? missingFeature
          : firstFeature + UInt32(hash.place(of: CellNumber.withoutZeroFraction(cell))))
    }
    return nil
  }
}
