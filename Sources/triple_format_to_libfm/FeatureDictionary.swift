// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Numbers pairs of a group and a text in the order of their first appearance.
///
/// An open-addressing hash table. Texts of up to 16 bytes, which is nearly all of them, lie in the
/// entries themselves, so that finding a pair touches two cache lines.
struct FeatureDictionary: ~Copyable {
  /// The number of different pairs so far.
  private(set) var count = 0

  /// A pair as it is stored and compared: for a short text all of its bytes, else its place.
  private struct Entry {
    var hash: UInt64
    var group: Int32
    var length: UInt32
    /// The first and last bytes of a short text, padded with zeros; of a long one `first` is its
    /// place in `longTexts`.
    var first: UInt64
    var last: UInt64
  }

  /// The place of an entry: its number plus 1, or 0 where there is none, and some of its hash.
  private struct Slot {
    var tag: UInt32
    var next: UInt32
  }

  private var slots: UnsafeMutablePointer<Slot>
  private var slotMask = 1 << 12 - 1
  private var entries: UnsafeMutablePointer<Entry>
  private var entryCapacity = 1 << 11
  private var longTexts: [UInt8] = []

  /// An empty dictionary.
  init() {
    slots = .allocate(capacity: slotMask + 1)
    slots.initialize(repeating: Slot(tag: 0, next: 0), count: slotMask + 1)
    entries = .allocate(capacity: entryCapacity)
  }

  deinit {
    slots.deallocate()
    entries.deallocate()
  }

  /// The number of a pair, counted from 0; equal to the former `count` if the pair is new.
  ///
  /// - Parameters:
  ///   - group: The group, from 0 to 2147483647.
  ///   - text: The text, of less than 4 GiB.
  /// - Returns: A number from 0 to 4294967293.
  mutating func number(group: Int, text: UnsafeRawBufferPointer) -> Int {
    var wanted = Self.entry(group, text)
    let tag = UInt32(truncatingIfNeeded: wanted.hash >> 32)
    var slot = Int(truncatingIfNeeded: wanted.hash) & slotMask
    while slots[slot].next != 0 {
      if slots[slot].tag == tag {
        let number = Int(slots[slot].next &- 1)
        if isEqual(entries[number], wanted, text) { return number }
      }
      slot = (slot &+ 1) & slotMask
    }
    precondition(count < Int(UInt32.max) - 1, "more than 4294967294 different features")
    if text.count > 16 {
      wanted.first = UInt64(longTexts.count)
      longTexts.append(contentsOf: text)
    }
    if count == entryCapacity { grow() }
    entries[count] = wanted
    count &+= 1
    place(wanted, as: count)
    return count &- 1
  }

  private func isEqual(_ entry: Entry, _ wanted: Entry, _ text: UnsafeRawBufferPointer) -> Bool {
    guard entry.hash == wanted.hash, entry.group == wanted.group, entry.length == wanted.length
    else { return false }
    if text.count <= 16 { return entry.first == wanted.first && entry.last == wanted.last }
    return longTexts.withUnsafeBytes { stored in
      guard let known = stored.baseAddress, let base = text.baseAddress else { return false }
      return memcmp(known + Int(entry.first), base, text.count) == 0
    }
  }

  private func place(_ entry: Entry, as next: Int) {
    var slot = Int(truncatingIfNeeded: entry.hash) & slotMask
    while slots[slot].next != 0 { slot = (slot &+ 1) & slotMask }
    slots[slot] = Slot(
      tag: UInt32(truncatingIfNeeded: entry.hash >> 32), next: UInt32(truncatingIfNeeded: next))
  }

  /// Doubles the room for entries, and the slots with it: at most half of them are taken.
  private mutating func grow() {
    let larger = UnsafeMutablePointer<Entry>.allocate(capacity: entryCapacity * 2)
    larger.moveInitialize(from: entries, count: count)
    entries.deallocate()
    entries = larger
    entryCapacity *= 2
    slots.deallocate()
    slots = .allocate(capacity: entryCapacity * 2)
    slots.initialize(repeating: Slot(tag: 0, next: 0), count: entryCapacity * 2)
    slotMask = entryCapacity * 2 - 1
    for index in 0..<count { place(entries[index], as: index + 1) }
  }

  /// The entry of a pair, where only the place of a long text is still to be set.
  @inline(__always)
  private static func entry(_ group: Int, _ text: UnsafeRawBufferPointer) -> Entry {
    let length = text.count
    var entry = Entry(
      hash: mixed(UInt64(truncatingIfNeeded: group), UInt64(truncatingIfNeeded: length)),
      group: Int32(truncatingIfNeeded: group), length: UInt32(truncatingIfNeeded: length),
      first: 0, last: 0)
    if length <= 16 {
      (entry.first, entry.last) = words(text)
    } else {
      var position = 0
      while position &+ 8 <= length {
        let word = text.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        entry.hash = mixed(entry.hash, word)
        position &+= 8
      }
      entry.last = text.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
    }
    entry.hash = mixed(mixed(entry.hash, entry.first), entry.last)
    return entry
  }

  /// At most 16 bytes in two words; with the length, different texts give different words.
  @inline(__always)
  private static func words(_ text: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
    let length = text.count
    if length >= 8 {
      return (
        text.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
        text.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
      )
    }
    if length >= 4 {
      return (
        UInt64(text.loadUnaligned(fromByteOffset: 0, as: UInt32.self)),
        UInt64(text.loadUnaligned(fromByteOffset: length &- 4, as: UInt32.self))
      )
    }
    if length == 0 { return (0, 0) }
    // The first, middle and last of one to three bytes are all of them.
    return (UInt64(text[0]) << 8 | UInt64(text[length >> 1]), UInt64(text[length &- 1]))
  }

  /// Folds a word into a hash: a full-width product, its halves combined.
  @inline(__always)
  private static func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let product = (hash ^ 0x9E37_79B9_7F4A_7C15)
      .multipliedFullWidth(by: word ^ 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}
