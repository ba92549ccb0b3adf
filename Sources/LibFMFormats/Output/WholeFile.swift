// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A file that appears complete or not at all.
///
/// Bytes go to a temporary file beside the target, which takes the target's place at ``commit()``. A
/// file that is given up, or released without a commit, leaves nothing behind and the target as it was.
/// Symbolic links are followed, and the mode of a file that is replaced is kept. Pipes, devices and
/// open descriptors such as `/dev/stdout` are written directly.
///
/// Not to be used from several threads at once.
public final class WholeFile {
  /// The file as the user named it.
  public let path: String

  private let target: OutputTarget
  private let descriptor: CInt
  private let temporary: TemporaryFile?
  private let buffer: UnsafeMutablePointer<UInt8>
  private var count = 0
  private var sentCount = 0
  private var isOpen = true

  /// Begins a file.
  ///
  /// - Throws: ``FormatError`` when the target cannot be written.
  public init(_ path: String) throws(FormatError) {
    self.path = path
    target = try OutputTarget(path: path)
    switch target {
    case .descriptor(let number):
      // What the process has printed so far comes first.
      fflush(nil)
      (descriptor, temporary) = (dup(number), nil)
    case .device(let device):
      (descriptor, temporary) = (open(device, O_WRONLY | O_CLOEXEC), nil)
    case .file(let file, let existing):
      let temporary = TemporaryFile(beside: file, existing: existing)
      (descriptor, self.temporary) = (temporary.descriptor, temporary)
    }
    let failure = descriptor < 0 ? SystemMessage.last : nil
    buffer = .allocate(capacity: bufferSize)
    if let failure {
      isOpen = false
      throw FormatError(path: path, found: "cannot be written: \(failure)")
    }
  }

  /// Begins a file whose temporary file is found again after a break, or goes on with such a one.
  ///
  /// That file, see ``lastingPath(of:)``, stays when the process ends before ``commit(durably:)``, however
  /// that comes, and when a write fails; only ``abandon()`` deletes it. One process at a time writes to it.
  /// The first `byteCount` bytes of one that is there are kept; 0 begins a new one.
  ///
  /// - Throws: ``FormatError`` when the target is no file or cannot be written, or another process writes
  ///   it.
  package init(lasting path: String, keeping byteCount: Int) throws(FormatError) {
    self.path = path
    target = try OutputTarget(path: path)
    guard case .file(let file, let existing) = target else { throw Self.cannotLast(path) }
    let temporary = try TemporaryFile(
      lastingBeside: file, existing: existing, keeping: byteCount)
    (descriptor, self.temporary) = (temporary.descriptor, temporary)
    sentCount = byteCount
    buffer = .allocate(capacity: bufferSize)
  }

  /// The temporary file of a file that is begun with ``init(lasting:keeping:)``.
  ///
  /// - Throws: ``FormatError`` when the target is no file or cannot be written.
  package static func lastingPath(of path: String) throws(FormatError) -> String {
    guard case .file(let file, _) = try OutputTarget(path: path) else { throw cannotLast(path) }
    return TemporaryFile.lastingPath(beside: file)
  }

  private static func cannotLast(_ path: String) -> FormatError {
    FormatError(
      path: path, found: "this is a pipe or a device",
      expected: "a file, as what is written is to be found again after a break")
  }

  deinit {
    letGo()
    buffer.deallocate()
  }

  /// Checks that a file can be written, without creating or changing anything.
  ///
  /// - Throws: ``FormatError`` that says why it cannot.
  public static func checkWritable(_ path: String) throws(FormatError) {
    _ = try OutputTarget(path: path)
  }

  /// Deletes the temporary files of all files that are not committed yet.
  ///
  /// May be called in a signal handler once a `WholeFile` has been made; the process should end then.
  public static func removeAllPending() {
    PendingFiles.shared.deleteAll()
  }

  // MARK: Writing

  /// The number of bytes written so far.
  package var byteCount: Int { sentCount + count }

  /// Takes back what has been written after the first `byteCount` bytes.
  ///
  /// - Throws: ``FormatError`` when the system refuses, and when bytes are to be taken back from a pipe, a
  ///   device or an open descriptor.
  package func cut(to byteCount: Int) throws(FormatError) {
    precondition(byteCount <= self.byteCount, "there are not that many bytes")
    guard byteCount < self.byteCount else { return }
    guard temporary != nil else {
      throw FormatError(
        path: path, found: "what has been written here cannot be taken back",
        expected: "the name of a file")
    }
    try flush()
    guard ftruncate(descriptor, off_t(byteCount)) == 0,
      lseek(descriptor, off_t(byteCount), SEEK_SET) >= 0
    else { throw abandonedByFailure() }
    sentCount = byteCount
  }

  /// Writes bytes.
  ///
  /// - Throws: ``FormatError`` when the system refuses, as when the disk is full.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    guard bytes.count <= bufferSize - count else {
      try flush()
      if bytes.count > bufferSize { return try send(bytes) }
      return try write(bytes)
    }
    guard let start = bytes.baseAddress else { return }
    memcpy(buffer + count, start, bytes.count)
    count += bytes.count
  }

  /// Writes a text in UTF-8.
  ///
  /// - Throws: ``FormatError`` when the system refuses.
  public func write(_ text: String) throws(FormatError) {
    var text = text
    let result = text.withUTF8 { utf8 in
      Result { () throws(FormatError) in try write(UnsafeRawBufferPointer(utf8)) }
    }
    try result.get()
  }

  /// Writes one byte.
  ///
  /// - Throws: ``FormatError`` when the system refuses.
  @inline(__always)
  public func write(byte: UInt8) throws(FormatError) {
    if count == bufferSize { try flush() }
    buffer[count] = byte
    count += 1
  }

  /// Lets `body` write bytes into the buffer.
  ///
  /// - Parameters:
  ///   - capacity: the most bytes that `body` writes, at most 4,096.
  ///   - body: writes from the place given on and returns the number of bytes.
  /// - Throws: ``FormatError`` when the system refuses.
  @inline(__always)
  package func write(
    atMost capacity: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int
  ) throws(FormatError) {
    if bufferSize - count < capacity { try flush() }
    count += body(buffer + count)
  }

  /// Writes a number as `%g` does, see ``GeneralFormat``.
  ///
  /// - Throws: ``FormatError`` when the system refuses.
  public func write(
    _ value: Double, digits: Int = GeneralFormat.standardDigits
  ) throws(FormatError) {
    try write(atMost: GeneralFormat.maximumLength) {
      GeneralFormat.write(value, digits: digits, to: $0)
    }
  }

  // MARK: Ending

  /// Completes the file: it takes the place of the target.
  ///
  /// - Parameter durably: whether its bytes are on the disk before that, so that after a power cut there is
  ///   a whole file too: the new one, or the one before.
  /// - Throws: ``FormatError`` when the system refuses; nothing remains then.
  public func commit(durably: Bool = false) throws(FormatError) {
    precondition(isOpen, "the file is committed or abandoned")
    try flush()
    if durably { try reachDisk() }
    isOpen = false
    guard case .file(let file, _) = target, let temporary else {
      guard close(descriptor) == 0 else { throw failure() }
      return
    }
    guard temporary.replace(file) else {
      let error = failure()
      temporary.letGo()
      throw error
    }
  }

  /// Waits until what has been written is on the disk.
  ///
  /// - Throws: ``FormatError`` when the system refuses.
  package func synchronize() throws(FormatError) {
    try flush()
    try reachDisk()
  }

  /// Gives the file up: nothing remains, the target stays as it was.
  public func abandon() {
    letGo(deletingLasting: true)
  }

  // MARK: Details

  private func flush() throws(FormatError) {
    let waiting = count
    count = 0
    try send(UnsafeRawBufferPointer(start: buffer, count: waiting))
  }

  private func send(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    precondition(isOpen, "the file is committed or abandoned")
    guard var next = bytes.baseAddress else { return }
    var remaining = bytes.count
    while remaining > 0 {
      // Some systems refuse more than 2³¹ − 1 bytes at once.
      #if canImport(Darwin)
      let sent = Darwin.write(descriptor, next, min(remaining, 1 << 30))
      #else
      let sent = Glibc.write(descriptor, next, min(remaining, 1 << 30))
      #endif
      if sent < 0 {
        if errno == EINTR { continue }
        throw abandonedByFailure()
      }
      next += sent
      remaining -= sent
      sentCount += sent
    }
  }

  private func abandonedByFailure() -> FormatError {
    let error = failure()
    letGo()
    return error
  }

  /// Ends writing; a temporary file remains only if it is to be found again.
  private func letGo(deletingLasting: Bool = false) {
    guard isOpen else { return }
    isOpen = false
    temporary?.letGo(deletingLasting: deletingLasting)
    close(descriptor)
  }

  private func reachDisk() throws(FormatError) {
    guard temporary == nil || Self.reachesDisk(descriptor) else { throw abandonedByFailure() }
  }

  /// Waits until the bytes of a file are on the disk; false when that fails.
  private static func reachesDisk(_ descriptor: CInt) -> Bool {
    #if canImport(Darwin)
    // There fsync leaves the bytes in the drive's cache; not every file system knows better.
    if fcntl(descriptor, F_FULLFSYNC) == 0 { return true }
    #endif
    // A file system that knows no such request has nothing better to offer.
    return fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP
  }

  private func failure() -> FormatError {
    FormatError(path: path, found: "cannot be written: \(SystemMessage.last)")
  }
}

private let bufferSize = 1 << 18
