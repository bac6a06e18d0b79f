/**
 * The operations of operators: list and show incidents, acknowledge, approve, release, close, silence and others. The local server
 * offers them over HTTP, and a Lambda function to callers with IAM rights. Depends on {@code incident}, {@code respond},
 * {@code audit}, {@code notification}, {@code planning} and {@code stage}. Its classes are thread-safe and run on the thread of the request.
 */
@NullMarked
package io.tiercel.functions.operate;

import org.jspecify.annotations.NullMarked;
