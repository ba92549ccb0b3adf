// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats
import Testing

@testable import CSVConversion

@Suite("Learned features")
struct LearnedFeaturesTests {
  private let folder: ScratchFolder
  private let features: LearnedFeatures
  private let pool = WorkerPool(workerCount: 1)

  init() throws {
    folder = try ScratchFolder()
    let table = try folder.table("id,n\n50,1\n51,2\n\"a,\"\"b\",3\n52,4\n")
    var options = EncoderOptions()
    options.allowsMissingTarget = true
    let encoder = try Encoder.fit(table, options: options, pool: pool)
    var machine = try FactorizationMachine(shape: .init(factorCount: 2, featureCount: 5))
    for (feature, factors) in [(0, [1.0, 0]), (1, [2, 2]), (2, [-1, 0]), (3, [0.5, 0.001])] {
      machine[weight: feature] = Double(feature) / 4
      for (factor, value) in factors.enumerated() {
        machine[factor: factor, ofFeature: feature] = value
      }
    }
    features = try LearnedFeatures(encoder, machine: machine, path: "model")
  }

  @Test("are written with id, column and value")
  func writesEmbeddings() throws {
    var text = ""
    try features.writeEmbeddings { text += $0 }
    #expect(
      text == """
        id,column,value,bias,factor_0,factor_1
        0,id,50,0,1,0
        1,id,51,0.25,2,2
        2,id,"a,""b",0.5,-1,0
        3,id,52,0.75,0.5,0.001
        4,n,,0,0,0

        """)
  }

  @Test("become columns beside the rows as they stand")
  func writesColumns() throws {
    let table = try folder.table(
      "n;id\r\n\"1\";51\r\n\r\n2;new\r\n3;\"a,\"\"b\"", name: "more.csv")
    var text = ""
    try features.writeColumns(besides: table, pool: pool) {
      text += String(decoding: $0, as: UTF8.self)
    }
    #expect(
      text == "n;id;id_fm_bias;id_fm_factor_0;id_fm_factor_1\n\"1\";51;0.25;2;2\n2;new;;;\n"
        + "3;\"a,\"\"b\";0.5;-1;0\n")
    expectFormatError(saying: ["'n' is no category", "'id'"]) {
      try features.writeColumns(besides: table, of: ["n"], pool: pool) { _ in }
    }
  }

  @Test("are compared by the cosine of their factors")
  func findsSimilarValues() throws {
    let similar = try features.values(similarTo: "50", column: "id", count: 3)
    #expect(similar.map(\.value) == ["52", "51", "a,\"b"])
    #expect(abs(similar[1].similarity - 0.5.squareRoot()) < 1e-15)
    #expect(similar[2].similarity == -1)
    expectFormatError(saying: ["no value '99'"]) {
      _ = try features.values(similarTo: "99", column: "id", count: 3)
    }
  }

  @Test("are a NumPy array")
  func writesNumpyArrays() throws {
    let file = try WholeFile(folder.path + "/factors.npy")
    try features.writeFactors(to: file)
    try file.commit()
    let bytes = try LineReader(path: folder.path + "/factors.npy").contents
    #expect(bytes.count == 128 + 5 * 2 * 8)
    #expect(Array(bytes[..<8]) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0])
    let header = String(decoding: bytes[10..<128], as: UTF8.self)
    #expect(header.contains("'shape': (5, 2)") && header.hasSuffix("\n"))
    let first = bytes[128..<136].enumerated().reduce(UInt64(0)) {
      $0 | UInt64($1.element) << (8 * UInt64($1.offset))
    }
    #expect(Double(bitPattern: first) == 1)
  }

  @Test("of a model with more features than the encoder are refused")
  func refusesOtherModels() throws {
    let machine = try FactorizationMachine(shape: .init(factorCount: 1, featureCount: 6))
    expectFormatError(saying: ["6 features", "at most 5"]) {
      _ = try LearnedFeatures(features.encoder, machine: machine, path: "model")
    }
  }
}
