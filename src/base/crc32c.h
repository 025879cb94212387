#ifndef IPCWIRE_CRC32C_H
#define IPCWIRE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* CRC-32C (Castagnoli, RFC 3720 B.4) of what was summed up in crc so far (0: nothing) and len more bytes. */
uint32_t crc32c(uint32_t crc, const void *, size_t len);

#endif
