// SPDX-License-Identifier: Apache-2.0

import CPlatform

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Distinct texts, numbered from 0 in the order in which they were added, with how often each was and
/// where it was first.
///
/// Open addressing with linear steps; texts of up to eight bytes are compared within the table, longer
/// ones where they are stored, one after the other. About 60 bytes a text beside the texts themselves.
///
/// Not to be changed while several threads use it.
final class ByteDictionary: @unchecked Sendable {
  /// The number of distinct texts.
  private(set) var count = 0

  private struct Slot: BitwiseCopyable {
    var word: UInt64 = 0
    var length: UInt32 = 0
    /// The number of the text plus 1; 0 in an empty slot.
    var entry: UInt32 = 0
  }

  private struct Entry: BitwiseCopyable {
    var textStart: Int
    var occurrences: Int
    var firstPosition: UInt64
    var length: UInt32
  }

  private var slots: UnsafeMutablePointer<Slot>
  private var slotMask: Int
  private var entries: UnsafeMutablePointer<Entry>
  private var entryCapacity: Int
  private var texts: UnsafeMutablePointer<UInt8>
  private var textCount = 0
  private var textCapacity: Int

  init(minimumCapacity: Int = 256) {
    var slotCount = 512
    while slotCount < 2 * minimumCapacity { slotCount *= 2 }
    slots = .allocate(capacity: slotCount)
    slots.initialize(repeating: Slot(), count: slotCount)
    slotMask = slotCount - 1
    entryCapacity = slotCount / 2
    entries = .allocate(capacity: entryCapacity)
    textCapacity = 1 << 12
    texts = .allocate(capacity: textCapacity)
  }

  deinit {
    slots.deallocate()
    entries.deallocate()
    texts.deallocate()
  }

  // MARK: Texts by number

  /// A text; valid as long as none is added.
  func text(_ entry: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: texts + entries[entry].textStart, count: Int(entries[entry].length))
  }

  /// A text as a string.
  func string(_ entry: Int) -> String { String(decoding: text(entry), as: UTF8.self) }

  /// How often a text was added.
  func occurrences(_ entry: Int) -> Int { entries[entry].occurrences }

  /// The least position that was given with a text.
  func firstPosition(_ entry: Int) -> UInt64 { entries[entry].firstPosition }

  // MARK: Numbers by text

  /// The number of a text; nil when it is not there.
  @inline(__always)
  func find(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    find(ByteKey(text), text)
  }

  /// The number of a text whose key is known; nil when it is not there.
  @inline(__always)
  func find(_ key: ByteKey, _ text: UnsafeBufferPointer<UInt8>) -> Int? {
    var place = Int(truncatingIfNeeded: key.mixed) & slotMask
    while true {
      let slot = slots[place]
      if slot.entry == 0 { return nil }
      if slot.word == key.word, slot.length == key.length {
        let entry = Int(slot.entry) &- 1
        if key.isExact || hasText(entry, text) { return entry }
      }
      place = (place &+ 1) & slotMask
    }
  }

  /// Asks for the memory that looking up a key will need.
  @inline(__always)
  func prefetch(_ key: ByteKey) {
    fm_prefetch(slots + (Int(truncatingIfNeeded: key.mixed) & slotMask))
  }

  /// Adds a text, or counts it once more.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - position: where it is; the least position of a text is kept.
  ///   - occurrences: how often it is there.
  /// - Returns: the number of the text.
  @discardableResult
  @inline(__always)
  func add(
    _ text: UnsafeBufferPointer<UInt8>, at position: UInt64, occurrences: Int = 1
  ) -> Int {
    add(ByteKey(text), text, at: position, occurrences: occurrences)
  }

  /// Adds a text whose key is known, or counts it once more.
  @discardableResult
  @inline(__always)
  func add(
    _ key: ByteKey, _ text: UnsafeBufferPointer<UInt8>, at position: UInt64, occurrences: Int = 1
  ) -> Int {
    if let entry = find(key, text) {
      entries[entry].occurrences &+= occurrences
      if position < entries[entry].firstPosition { entries[entry].firstPosition = position }
      return entry
    }
    return insert(key, text, at: position, occurrences: occurrences)
  }

  @inline(__always)
  private func hasText(_ entry: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let start = text.baseAddress else { return true }
    return memcmp(texts + entries[entry].textStart, start, text.count) == 0
  }

  @inline(never)
  private func insert(
    _ key: ByteKey, _ text: UnsafeBufferPointer<UInt8>, at position: UInt64, occurrences: Int
  ) -> Int {
    precondition(count < Int(UInt32.max) - 1, "more than 4,294,967,294 distinct values")
    if count == entryCapacity { growTable() }
    if textCount + text.count > textCapacity { growTexts(by: text.count) }
    if let start = text.baseAddress {
      (texts + textCount).update(from: start, count: text.count)
    }
    entries[count] = Entry(
      textStart: textCount, occurrences: occurrences, firstPosition: position, length: key.length)
    textCount += text.count
    place(Slot(word: key.word, length: key.length, entry: UInt32(count + 1)), key)
    count += 1
    return count - 1
  }

  private func place(_ slot: Slot, _ key: ByteKey) {
    var place = Int(truncatingIfNeeded: key.mixed) & slotMask
    while slots[place].entry != 0 { place = (place + 1) & slotMask }
    slots[place] = slot
  }

  /// Doubles the table, of which at most half is used.
  private func growTable() {
    let oldSlots = slots
    let oldCount = slotMask + 1
    slots = .allocate(capacity: 2 * oldCount)
    slots.initialize(repeating: Slot(), count: 2 * oldCount)
    slotMask = 2 * oldCount - 1
    for index in 0..<oldCount where oldSlots[index].entry != 0 {
      place(oldSlots[index], ByteKey(word: oldSlots[index].word, length: oldSlots[index].length))
    }
    oldSlots.deallocate()
    let more = UnsafeMutablePointer<Entry>.allocate(capacity: 2 * entryCapacity)
    more.update(from: entries, count: count)
    entries.deallocate()
    entries = more
    entryCapacity *= 2
  }

  private func growTexts(by needed: Int) {
    textCapacity = max(2 * textCapacity, textCount + needed)
    let more = UnsafeMutablePointer<UInt8>.allocate(capacity: textCapacity)
    more.update(from: texts, count: textCount)
    texts.deallocate()
    texts = more
  }
}

extension ByteKey {
  /// A key whose parts are known.
  init(word: UInt64, length: UInt32) {
    self.word = word
    self.length = length
  }
}
