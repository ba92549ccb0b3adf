// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LibFMFormats

@Suite("Cache numbers")
struct CacheNumbersTests {
  @Test(
    "are what fits into the cache",
    arguments: [
      // Without a bound all fits.
      (0, 240, 120, 240, 120), (0, 0, 5, 0, 5), (0, 0, 0, 0, 0),
      (0, 50_000_000_000, 4_000_000_000, 50_000_000_000, 4_000_000_000),
      // 500 / (8 · 2 + 4) = 25 rows, (500 − 4 · 25) / 8 = 50 entries.
      (500, 240, 120, 50, 25), (500, 80, 40, 50, 25), (100_000, 240, 35, 240, 35),
      (750, 240, 120, 75, 37), (19, 240, 120, 2, 0), (1, 240, 120, 0, 0),
      // Rows without entries take four bytes.
      (13, 0, 120, 0, 3), (13, 0, 0, 0, 0),
      // A negative size is one of 64 bits without sign.
      (-1, 240, 120, 240, 120), (-2_147_483_648, 7, 2, 7, 2),
    ])
  func ofData(cacheSize: Int, entries: Int, rows: Int, cachedEntries: Int, cachedRows: Int) {
    let numbers = CacheNumbers(
      cacheSize: cacheSize,
      matrix: BinaryMatrixHeader(entryCount: entries, rowCount: rows, columnCount: 9))
    #expect(numbers.entryCount == cachedEntries && numbers.rowCount == cachedRows)
  }

  @Test(
    "of relations have a size of 32 bits",
    arguments: [
      (0, 240, 120, 240, 120), (500, 240, 120, 50, 25),
      // 2³² − 1 bytes.
      (-1, 1_000_000_000, 500_000_000, 429_496_729, 214_748_364),
    ])
  func ofRelations(cacheSize: Int, entries: Int, rows: Int, cachedEntries: Int, cachedRows: Int) {
    let numbers = CacheNumbers.ofRelation(
      cacheSize: cacheSize,
      matrix: BinaryMatrixHeader(entryCount: entries, rowCount: rows, columnCount: 9))
    #expect(numbers.entryCount == cachedEntries && numbers.rowCount == cachedRows)
  }

  @Test(
    "of a cache of no bytes are 0",
    arguments: [(240, 35, 0, 0), (0, 5, 0, 0), (0, 0, 0, 0)])
  func ofNothing(entries: Int, rows: Int, cachedEntries: Int, cachedRows: Int) {
    let numbers = CacheNumbers(
      bytes: 0, matrix: BinaryMatrixHeader(entryCount: entries, rowCount: rows, columnCount: 9))
    #expect(numbers.entryCount == cachedEntries && numbers.rowCount == cachedRows)
    #expect(numbers.line == "num entries in cache=0\tnum rows in cache=0")
  }
}
