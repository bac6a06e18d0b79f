/**
 * Clients of the AWS APIs that enrichment and actions call, over HTTP with Signature Version 4.
 *
 * <p>Each client implements a port of the core module and throws its {@code ActionException}. The package depends on the core
 * module and on the SDK's signer, not on the SDK's service clients. Calls block the calling thread.
 */
@NullMarked
package io.tiercel.functions.cloud;

import org.jspecify.annotations.NullMarked;
