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
    let bytes = try Self.byteCount(of: count)
    try OutOfMemoryError.check(bytes: bytes)
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

  /// Allocates `count` elements of zero bytes for data that are gone through in order: in memory, or in a
  /// scratch file that is mapped when they are large beside the memory of this machine.
  ///
  /// The file is nameless and goes with the buffer; it lies in the folder that `TMPDIR` names, else in
  /// `/var/tmp`.
  ///
  /// - Parameters:
  ///   - count: the number of elements.
  ///   - limit: the size in bytes above which a file is used.
  /// - Throws: ``OutOfMemoryError`` when there is no room for the file either.
  public convenience init(
    dataCount count: Int, inMemoryUpTo limit: Int = SystemMemory.physical / 4
  ) throws(OutOfMemoryError) {
    if try Self.byteCount(of: count) > limit {
      try self.init(scratchFileOf: count)
    } else {
      try self.init(count: count)
    }
  }

  private init(scratchFileOf count: Int) throws(OutOfMemoryError) {
    self.count = count
    mappedBytes = try Self.byteCount(of: count)
    base = try mapScratchFile(bytes: mappedBytes).bindMemory(to: Element.self, capacity: count)
  }

  private static func byteCount(of count: Int) throws(OutOfMemoryError) -> Int {
    precondition(count >= 0)
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard !overflow else { throw OutOfMemoryError(bytes: .max) }
    return bytes
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

  /// Why a scratch file could not take the data; nil when none was tried.
  public var scratchFailure: String?

  /// What happened, in a sentence.
  public var description: String {
    let sizes =
      "out of memory: \(bytes / 1_048_576) MiB were needed at once, "
      + "this machine has \(SystemMemory.physical / 1_048_576) MiB"
    return scratchFailure.map { "\(sizes), and \($0)" } ?? sizes
  }

  /// Refuses what this machine cannot hold at once.
  static func check(bytes: Int) throws(OutOfMemoryError) {
    guard bytes <= SystemMemory.physical else { throw OutOfMemoryError(bytes: bytes) }
  }
}

/// Allocations from this size on are mapped, in bytes.
private let largeAllocation = 1 << 20

#if os(Linux)
private let anonymousMapping = Int32(MAP_ANONYMOUS)
#else
private let anonymousMapping = MAP_ANON
#endif

/// Maps a new file without a name.
///
/// Its place on disk is reserved at once, so that a full disk is an error here and not a signal later.
private func mapScratchFile(bytes: Int) throws(OutOfMemoryError) -> UnsafeMutableRawPointer {
  let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/var/tmp"
  func failure() -> OutOfMemoryError {
    OutOfMemoryError(
      bytes: bytes,
      scratchFailure: "a scratch file in \(folder) failed: \(String(cString: strerror(errno)))")
  }
  var template = Array("\(folder)/libfm-XXXXXX".utf8CString)
  let descriptor = mkstemp(&template)
  guard descriptor >= 0 else { throw failure() }
  unlink(template)
  defer { close(descriptor) }
  #if os(Linux)
  let status = posix_fallocate(descriptor, 0, bytes)
  if status != 0 { errno = status }
  #else
  let status = ftruncate(descriptor, off_t(bytes))
  #endif
  guard status == 0,
    let mapped = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
    mapped != MAP_FAILED
  else { throw failure() }
  madvise(mapped, bytes, MADV_SEQUENTIAL)
  return mapped
}
