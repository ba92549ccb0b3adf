// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A block of memory for plain values, aligned for vector instructions and freed with its owner.
///
/// The elements start as zero bytes. Large buffers come straight from the system: pages that are never
/// written cost no memory, and large pages are asked for where the system has them.
///
/// The buffer does not guard against concurrent writes: whoever fills it owns it until it is shared.
public final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  /// The number of elements.
  public let count: Int

  /// The first element; valid as long as the buffer lives.
  public let base: UnsafeMutablePointer<Element>

  private let mappedBytes: Int

  /// Allocates `count` elements of zero bytes.
  ///
  /// - Throws: ``OutOfMemoryError`` when the system has not that much memory.
  public init(count: Int) throws(OutOfMemoryError) {
    precondition(count >= 0)
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard !overflow, bytes <= physicalMemory else { throw OutOfMemoryError(bytes: bytes) }
    let memory: UnsafeMutableRawPointer?
    if bytes >= largeAllocation {
      mappedBytes = bytes
      let mapped = mmap(
        nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | anonymousMapping, -1, 0)
      memory = mapped == MAP_FAILED ? nil : mapped
      #if os(Linux)
      if let memory { madvise(memory, bytes, MADV_HUGEPAGE) }
      #endif
    } else {
      mappedBytes = 0
      var allocated: UnsafeMutableRawPointer?
      memory = posix_memalign(&allocated, 64, Swift.max(bytes, 64)) == 0 ? allocated : nil
      memory?.initializeMemory(as: UInt8.self, repeating: 0, count: Swift.max(bytes, 64))
    }
    guard let memory else { throw OutOfMemoryError(bytes: bytes) }
    self.count = count
    base = memory.bindMemory(to: Element.self, capacity: count)
  }

  deinit {
    if mappedBytes > 0 {
      munmap(base, mappedBytes)
    } else {
      free(base)
    }
  }

  /// The elements, for reading; valid as long as the buffer lives, which a use of this pointer does not
  /// ensure.
  public var elements: UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: base, count: count)
  }

  /// The elements, for writing; valid as long as the buffer lives, which a use of this pointer does not
  /// ensure.
  public var mutableElements: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }

  /// Copies a collection into a buffer of its own.
  ///
  /// - Throws: ``OutOfMemoryError`` when the system has not that much memory.
  public convenience init(_ elements: some Collection<Element>) throws(OutOfMemoryError) {
    try self.init(count: elements.count)
    _ = mutableElements.initialize(from: elements)
  }
}

extension AlignedBuffer: RandomAccessCollection {
  /// The index of the first element, 0.
  public var startIndex: Int { 0 }

  /// The index behind the last element.
  public var endIndex: Int { count }

  /// The element at an index.
  public subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count)
    return base[index]
  }
}

/// The system could not give as much memory as was asked for.
public struct OutOfMemoryError: Error, Sendable, CustomStringConvertible {
  /// The size of the refused allocation in bytes; at most `Int.max`.
  public var bytes: Int

  /// What happened, in a sentence.
  public var description: String {
    "out of memory: \(bytes / 1_048_576) MiB were needed at once, "
      + "this machine has \(physicalMemory / 1_048_576) MiB"
  }
}

/// Allocations from this size on are mapped, in bytes.
private let largeAllocation = 1 << 20

#if os(Linux)
private let anonymousMapping = Int32(MAP_ANONYMOUS)
#else
private let anonymousMapping = MAP_ANON
#endif

/// The memory of this machine in bytes.
private let physicalMemory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
