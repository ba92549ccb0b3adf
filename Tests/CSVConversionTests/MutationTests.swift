// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Foundation
import LibFMFormats
import Testing

@testable import CSVConversion

/// The bytes with some of them changed, removed, repeated or put in.
private func mutated(_ bytes: [UInt8], using random: inout SeededRandom) -> [UInt8] {
  var bytes = bytes
  let interesting = Array(",;|\"\"\n\r\t :-.019eE\\{}[]nN?\u{0}\u{FF}".utf8) + [0xFF, 0x00]
  for _ in 0...random.index(below: 3) {
    let place = random.index(below: bytes.count + 1)
    switch random.index(below: 5) {
    case 0 where place < bytes.count:
      bytes[place] = interesting[random.index(below: interesting.count)]
    case 1 where place < bytes.count: bytes.remove(at: place)
    case 2: bytes.insert(interesting[random.index(below: interesting.count)], at: place)
    case 3:
      let end = min(bytes.count, place + random.index(below: 8))
      bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
    default: bytes.removeSubrange(place..<min(bytes.count, place + random.index(below: 6)))
    }
  }
  return bytes
}

/// What a conversion came to: rows, or the message that says why not.
private enum Outcome: Equatable {
  case rows(String)
  case message(String)
}

private func outcome(_ body: () throws -> String) throws -> Outcome {
  do {
    return .rows(try body())
  } catch let error as FormatError {
    return .message(error.description)
  }
}

@Suite("Mutated files")
struct MutationTests {
  private static let csv = Array(
    #"""
    ,user_id,genres,when,age,note,rating
    0,1.0,a|b,2024-01-31 10:00:00,20,"x, ""y""",5
    1,2,a|b,2024-02-01,,"two
    lines",3
    2,1,c,1700000000,2e1,NA,1.5

    3,,|,,7,z,4
    """#.utf8)

  private static func options(_ variant: Int) -> EncoderOptions {
    var options = EncoderOptions()
    options.roles = [
      .init("rating", .target), .init("genres", .set(separator: "|", weight: .mean)),
      .init("when", .date([.day, .hour])),
    ]
    options.unknown = [.ignore, .bucket, .error][variant % 3]
    options.minimumCount = 1 + variant % 2
    options.allowsMissingTarget = variant % 2 == 0
    options.missingAsCategory = variant % 4 == 1
    options.missingIndicator = variant % 5 == 1
    if variant % 3 == 0 { options.roles.append(.init("age", .number(.bins(3)))) }
    if variant % 3 == 1 {
      options.implicitPairs = [.init(key: "user_id", items: "genres")]
      options.roles.append(.init("user_id", .category))
    }
    if variant % 4 == 2 {
      options.roles.append(.init("user_id", .category))
      options.relationKeys = ["user_id"]
    }
    if variant % 5 == 2 { options.roles.append(.init("note", .hashed(bits: 3, seed: 1))) }
    return options
  }

  /// Fits on a file and encodes it.
  private func convert(_ path: String, _ variant: Int, workerCount: Int) throws -> Outcome {
    try outcome {
      let pool = WorkerPool(workerCount: workerCount)
      let table = try CSVTable(path: path)
      let encoder = try Encoder.fit(table, options: Self.options(variant), pool: pool)
      let dataset = try encoder.dataset(from: table, pool: pool)
      #expect(dataset.caseCount == encoder.schema.rowCount)
      for entry in 0..<dataset.matrix.entryCount {
        #expect(Int(dataset.matrix.ids.base[entry]) < encoder.schema.featureCount)
      }
      return try encoder.preview(table, rowCount: 100)
    }
  }

  @Test("are converted or refused with a message, the same with any number of workers")
  func convertsOrRefuses() throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/mutated.csv"
    var random = SeededRandom(seed: 11)
    var rowsCount = 0
    for variant in 0..<3_000 {
      try Data(mutated(Self.csv, using: &random)).write(to: URL(fileURLWithPath: path))
      let result = try convert(path, variant, workerCount: 1)
      if case .rows = result { rowsCount += 1 }
      if variant % 10 == 0 {
        #expect(try convert(path, variant, workerCount: 3) == result, "variant \(variant)")
      }
    }
    // Enough of both, or the mutations test nothing.
    #expect((300...2_700).contains(rowsCount))
  }

  @Test("of a saved encoder are loaded or refused with a message")
  func loadsOrRefuses() throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/base.csv"
    try Data(Self.csv).write(to: URL(fileURLWithPath: path))
    let table = try CSVTable(path: path)
    let pool = WorkerPool(workerCount: 1)
    try Encoder.fit(table, options: Self.options(1), pool: pool).save(to: folder.path + "/e")
    var random = SeededRandom(seed: 12)
    for name in ["schema.json", "features.tsv", "implicit.tsv"] {
      let original = Array(try folder.read("e/" + name).utf8)
      for _ in 0..<400 {
        let url = URL(fileURLWithPath: folder.path + "/e/" + name)
        try Data(mutated(original, using: &random)).write(to: url)
        _ = try outcome {
          let encoder = try Encoder(loadingFrom: folder.path + "/e")
          encoder.forEachFeature { #expect($0.id >= 0) }
          _ = encoder.groups()
          return try encoder.preview(table, rowCount: 10)
        }
      }
      try folder.write("e/" + name, String(decoding: original, as: UTF8.self))
    }
  }
}
