/* SPDX-License-Identifier: BSD-2-Clause */
/* Error codes of invocations and the ways a capability lookup can fail. The code is the label of
 * the reply; what its message registers hold stands beside each. Source: seL4 manual 11. */
#pragma once

#ifndef __ASSEMBLER__
typedef enum {
    seL4_NoError = 0,
    seL4_InvalidArgument = 1,   /* MR0 argument number */
    seL4_InvalidCapability = 2, /* MR0 capability number: 0 the invoked one, 1.. the extra caps */
    seL4_IllegalOperation = 3,
    seL4_RangeError = 4, /* MR0 least, MR1 greatest allowed */
    seL4_AlignmentError = 5,
    seL4_FailedLookup = 6, /* MR0 1 if the source's lookup, MR1 failure type, MR2.. its details */
    seL4_TruncatedMessage = 7,
    seL4_DeleteFirst = 8,
    seL4_RevokeFirst = 9,
    seL4_NotEnoughMemory = 10, /* MR0 bytes available */
    seL4_NumErrors = 11,
} seL4_Error;

typedef enum {
    seL4_NoFailure = 0,
    seL4_InvalidRoot = 1,
    seL4_MissingCapability = 2, /* bits left */
    seL4_DepthMismatch = 3,     /* bits left, bits found */
    seL4_GuardMismatch = 4,     /* bits left, guard found, guard size */
} seL4_LookupFailureType;
#endif
