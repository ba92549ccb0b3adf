// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Generates a CSV file of ratings as an application would log them.
struct EventGenerator {
  /// The number of rows.
  let rowCount: Int

  /// Chooses among equally likely files.
  let seed: UInt64

  private static let devices = ["mobile", "web", "tablet", "tv"]

  /// Writes the file: `user_id,item_id,device,rating`, users and items of very different popularity.
  ///
  /// - Throws: `FormatError` when the file cannot be written.
  func write(to path: String) throws(FormatError) {
    var random = SplitMix64(seed: seed)
    let userCount = max(10, rowCount / 140)
    let itemCount = max(10, rowCount / 1_000)
    let users = Popularity(
      levelCount: userCount, shift: Double(userCount) / 20, using: &random)
    let items = Popularity(
      levelCount: itemCount, shift: Double(itemCount) / 50, using: &random)
    let file = try WholeFile(path)
    try file.write("user_id,item_id,device,rating\n")
    for _ in 0..<rowCount {
      let device = Self.devices[random.index(below: Self.devices.count)]
      let halves = 1 + random.index(below: 10)
      try file.write(
        "\(1 + users.draw(using: &random)),\(1 + items.draw(using: &random)),\(device),"
          + "\(halves / 2).\(halves % 2 * 5)\n")
    }
    try file.commit()
  }
}
