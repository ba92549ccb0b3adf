// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
public import LibFMFormats

extension LearnedFeatures {
  /// A value and how similar it is to another.
  public struct SimilarValue: Sendable, Hashable {
    /// The value.
    public var value: String

    /// The cosine of the angle between the factors, from −1 to 1.
    public var similarity: Double

    /// The linear weight.
    public var bias: Double

    /// The three as a row of a CSV file.
    public var row: String {
      let text = String(decoding: CSVText.field(value, separator: Ascii.comma), as: UTF8.self)
      return "\(text),\(CSVText.number(similarity)),\(CSVText.number(bias))"
    }
  }

  /// The values of a column that are nearest to one of them by the cosine of their factors, the nearest
  /// first; values whose factors are all zero have no direction and are left out.
  ///
  /// - Throws: `FormatError` when the encoder has no such column or value, or the machine does not know
  ///   it.
  /// - Returns: at most `count` values.
  public func values(
    similarTo value: String, column name: String, count: Int
  ) throws(FormatError) -> [SimilarValue] {
    let columns = encoder.schema.columns
    guard let index = columns.firstIndex(where: { $0.name == name }),
      let vocabulary = encoder.vocabularies[index]
    else {
      let known = zip(columns, encoder.vocabularies).filter { $1 != nil }.map { "'\($0.0.name)'" }
      throw FormatError(
        path: name, found: "this is no column of the encoder with values",
        expected: "one of \(known.joined(separator: ", "))")
    }
    var text = value
    let found = text.withUTF8 { vocabulary.dictionary.find(vocabulary.canonical($0)) }
    guard let found, has(Int(vocabulary.features[found])) else {
      throw FormatError(
        path: name,
        found: found == nil
          ? "the column has no value '\(value)'" : "the model does not know '\(value)'",
        expected: "one of the values in features.tsv that the training rows had")
    }
    let reference = Int(vocabulary.features[found])
    var candidates: [(feature: Int, similarity: Double, entry: Int)] = []
    for (entry, id) in vocabulary.features.enumerated() {
      let feature = Int(id)
      if feature == reference || vocabulary.isRare(entry) || !has(feature) { continue }
      if let similarity = cosine(reference, feature) {
        candidates.append((feature, similarity, entry))
      }
    }
    candidates.sort { ($1.similarity, $0.feature) < ($0.similarity, $1.feature) }
    return candidates.prefix(count).map { candidate in
      SimilarValue(
        value: vocabulary.dictionary.string(candidate.entry), similarity: candidate.similarity,
        bias: machine.shape.usesWeights ? machine[weight: candidate.feature] : 0)
    }
  }

  /// The cosine of the angle between the factors of two features; nil when one of them has no length.
  private func cosine(_ one: Int, _ other: Int) -> Double? {
    var product = 0.0
    var oneSquared = 0.0
    var otherSquared = 0.0
    for factor in 0..<machine.shape.factorCount {
      let (first, second) = (
        machine[factor: factor, ofFeature: one], machine[factor: factor, ofFeature: other]
      )
      product += first * second
      oneSquared += first * first
      otherSquared += second * second
    }
    let length = oneSquared.squareRoot() * otherSquared.squareRoot()
    return length > 0 ? product / length : nil
  }
}
