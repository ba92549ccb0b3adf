// SPDX-License-Identifier: Apache-2.0

package import FactorizationMachines

// Factors lie in memory as rows that are padded to a stride, and in files without the padding.

extension SectionBody {
  /// Writes the first `width` of every `stride` numbers.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  mutating func write<Number: BinaryFloatingPoint & BitwiseCopyable>(
    _ numbers: UnsafePointer<Double>, rows: Int, width: Int, stride: Int,
    as _: Number.Type = Double.self
  ) throws(FormatError) {
    guard width > 0 else { return }
    if width == stride, Number.self == Double.self {
      return try write(UnsafeBufferPointer(start: numbers, count: rows * width))
    }
    // Enough rows at a time that the calls do not count.
    let blockRows = max(1, 8_192 / width)
    let packed = UnsafeMutableBufferPointer<Number>.allocate(
      capacity: min(rows, blockRows) * width)
    defer { packed.deallocate() }
    var row = 0
    while row < rows {
      let end = min(row + blockRows, rows)
      var count = 0
      while row < end {
        for column in 0..<width {
          packed[count] = Number(numbers[row &* stride &+ column])
          count &+= 1
        }
        row &+= 1
      }
      try write(UnsafeBufferPointer(rebasing: packed[..<count]))
    }
  }
}

extension SectionReader {
  /// Reads rows of `width` numbers to rows of `stride`, with all workers if there are any.
  ///
  /// - Throws: ``FormatError`` when the section has not that many numbers left.
  mutating func read<Number: BinaryFloatingPoint & BitwiseCopyable>(
    rows: Int, width: Int, to target: UnsafeMutablePointer<Double>, stride: Int,
    as _: Number.Type = Double.self, pool: WorkerPool? = nil
  ) throws(FormatError) {
    try withNumbers(count: rows * width, as: Number.self) { numbers in
      guard width > 0, let numbers = numbers.baseAddress else { return }
      func copy(_ range: Range<Int>) {
        for row in range {
          let (source, place) = (numbers + row &* width, target + row &* stride)
          for column in 0..<width { place[column] = Double(source[column]) }
        }
      }
      if let pool {
        pool.forEachRange(of: rows, grain: max(1, 16_384 / width), copy)
      } else {
        copy(0..<rows)
      }
    }
  }
}
