// SPDX-License-Identifier: Apache-2.0

/// How often the two bytes that bound the size of the data occur.
struct SeparatorCount {
  /// Line feeds.
  var lineFeeds = 0

  /// Colons.
  var colons = 0

  /// Counts in a text, eight bytes at a time.
  init(_ start: UnsafePointer<UInt8>, count: Int) {
    let bytes = UnsafeRawPointer(start)
    let wordCount = count / 8
    var word = 0
    while word < wordCount {
      // Each byte of the sums counts its own column of the text, for as long as it cannot overflow.
      let stop = min(wordCount, word + 255)
      var lineFeedColumns: UInt64 = 0
      var colonColumns: UInt64 = 0
      while word < stop {
        let text = bytes.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
        lineFeedColumns &+= Self.matches(text, everyLineFeed)
        colonColumns &+= Self.matches(text, everyColon)
        word &+= 1
      }
      lineFeeds &+= Self.sum(lineFeedColumns)
      colons &+= Self.sum(colonColumns)
    }
    for index in wordCount &* 8..<count {
      if start[index] == Ascii.lineFeed { lineFeeds &+= 1 }
      if start[index] == Ascii.colon { colons &+= 1 }
    }
  }

  /// 1 in each byte in which `text` and `pattern` agree, else 0.
  @inline(__always)
  private static func matches(_ text: UInt64, _ pattern: UInt64) -> UInt64 {
    let difference = text ^ pattern
    let differs = ((difference & lowBits) &+ lowBits) | difference
    return (~differs & highBits) >> 7
  }

  /// The sum of the eight bytes.
  @inline(__always)
  private static func sum(_ columns: UInt64) -> Int {
    let pairs = (columns & 0x00FF_00FF_00FF_00FF) &+ ((columns >> 8) & 0x00FF_00FF_00FF_00FF)
    return Int((pairs &* 0x0001_0001_0001_0001) >> 48)
  }
}

private let lowBits: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
private let highBits: UInt64 = 0x8080_8080_8080_8080
private let everyLineFeed: UInt64 = 0x0A0A_0A0A_0A0A_0A0A
private let everyColon: UInt64 = 0x3A3A_3A3A_3A3A_3A3A
