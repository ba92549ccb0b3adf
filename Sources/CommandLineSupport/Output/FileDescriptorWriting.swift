// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Writing to a descriptor until all is written.
enum FileDescriptorWriting {
  /// Writes all bytes, resuming after interruptions.
  ///
  /// - Returns: 0, or the `errno` of the write that failed.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        #if canImport(Darwin)
        let count = Darwin.write(descriptor, part.baseAddress, part.count)
        #else
        let count = Glibc.write(descriptor, part.baseAddress, part.count)
        #endif
        if count < 0 {
          let code = errno
          if code == EAGAIN {
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = poll(&ready, 1, -1)
          } else if code != EINTR {
            return code
          }
        } else {
          rest = rest.dropFirst(count)
        }
      }
      return 0
    }
  }
}
