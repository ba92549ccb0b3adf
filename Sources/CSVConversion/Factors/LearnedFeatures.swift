// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines
public import LibFMFormats

/// What a machine has learned about the features of an encoder.
public struct LearnedFeatures: Sendable {
  /// The columns and values.
  public let encoder: Encoder

  /// The parameters; its features are those of the encoder, the last of which may be lacking.
  public let machine: FactorizationMachine

  /// Joins an encoder and a machine that was learned from its output.
  ///
  /// - Parameters:
  ///   - encoder: the encoder.
  ///   - machine: the machine.
  ///   - path: where the machine was read, for messages.
  /// - Throws: `FormatError` when the machine has more features than the encoder.
  public init(
    _ encoder: Encoder, machine: FactorizationMachine, path: String
  ) throws(FormatError) {
    guard machine.shape.featureCount <= encoder.schema.featureCount else {
      throw FormatError(
        path: path, found: "the model has \(machine.shape.featureCount) features",
        expected: "at most \(encoder.schema.featureCount), as many as the encoder has",
        advice: "give the encoder of the data that the model was learned from")
    }
    self.encoder = encoder
    self.machine = machine
  }

  /// How many of the last features the machine does not know because no row had them.
  public var lackingCount: Int {
    encoder.schema.featureCount - machine.shape.featureCount
  }

  /// Whether the machine knows a feature.
  func has(_ feature: Int) -> Bool { feature < machine.shape.featureCount }

  /// The linear weight and the factors of a feature as fields of a CSV row.
  func fields(of feature: Int) -> String {
    let weight = machine.shape.usesWeights ? machine[weight: feature] : 0
    let factors = (0..<machine.shape.factorCount).map {
      CSVText.number(machine[factor: $0, ofFeature: feature])
    }
    return ([CSVText.number(weight)] + factors).joined(separator: ",")
  }

  /// Writes a row for each feature: its id, column and value, then its linear weight and factors.
  ///
  /// - Parameters:
  ///   - columns: the names of the columns wanted; nil for all.
  ///   - send: receives the text in pieces.
  /// - Throws: what `send` throws.
  public func writeEmbeddings(
    of columns: Set<String>? = nil, to send: (String) throws -> Void
  ) throws {
    let names = (0..<machine.shape.factorCount).map { "factor_\($0)" }
    try send((["id", "column", "value", "bias"] + names).joined(separator: ",") + "\n")
    let comma = Ascii.comma
    try encoder.forEachFeature { feature in
      let name = encoder.schema.columns[feature.column].name
      guard feature.kind != .rare, has(feature.id), columns?.contains(name) ?? true else { return }
      let texts = [name, feature.value].map {
        String(decoding: CSVText.field($0, separator: comma), as: UTF8.self)
      }
      try send("\(feature.id),\(texts[0]),\(texts[1]),\(fields(of: feature.id))\n")
    }
  }
}
