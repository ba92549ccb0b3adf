// SPDX-License-Identifier: Apache-2.0

/// Plain values in a row, with room for more.
final class GrowableBuffer<Element: BitwiseCopyable> {
  /// The first element; changes when the buffer grows.
  private(set) var base: UnsafeMutablePointer<Element>

  /// The number of elements.
  var count = 0

  private var capacity: Int

  init(capacity: Int = 1_024) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  deinit {
    base.deallocate()
  }

  /// Makes room for `more` further elements.
  @inline(__always)
  func reserve(_ more: Int) {
    if count &+ more > capacity { grow(to: count + more) }
  }

  @inline(__always)
  func append(_ element: Element) {
    reserve(1)
    base[count] = element
    count &+= 1
  }

  func append(_ other: GrowableBuffer) {
    reserve(other.count)
    (base + count).update(from: other.base, count: other.count)
    count += other.count
  }

  var elements: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }

  @inline(never)
  private func grow(to needed: Int) {
    capacity = max(needed, 2 * capacity)
    let more = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    more.update(from: base, count: count)
    base.deallocate()
    base = more
  }
}
