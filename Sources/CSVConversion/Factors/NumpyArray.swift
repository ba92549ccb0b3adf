// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
public import LibFMFormats

extension LearnedFeatures {
  /// Writes the factors as a NumPy array.
  ///
  /// The format is `.npy`, version 1.0: a row for each feature of the machine in the order of ids,
  /// binary64, little-endian. Does not commit.
  ///
  /// - Throws: `FormatError` when writing fails.
  public func writeFactors(to file: WholeFile) throws(FormatError) {
    let (rowCount, columnCount) = (machine.shape.featureCount, machine.shape.factorCount)
    var header =
      "{'descr': '<f8', 'fortran_order': False, 'shape': (\(rowCount), \(columnCount)), }"
    // The data begins at a multiple of 64 bytes, behind ten bytes of preamble and a line feed.
    while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
    header += "\n"
    let length = UInt16(header.utf8.count)
    let preamble: [UInt8] =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
    for byte in preamble { try file.write(byte: byte) }
    try file.write(header)
    for feature in 0..<rowCount {
      for factor in 0..<columnCount {
        var bits = machine[factor: factor, ofFeature: feature].bitPattern.littleEndian
        let result = withUnsafeBytes(of: &bits) { bytes in
          Result { () throws(FormatError) in try file.write(bytes) }
        }
        try result.get()
      }
    }
  }
}
