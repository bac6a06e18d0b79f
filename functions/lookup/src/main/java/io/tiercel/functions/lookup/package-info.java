/**
 * The AWS calls of enrichment: {@code DescribeInstances}, and access to EKS clusters. Calls block the calling thread.
 *
 * <p>The module is part of {@code function.zip} and stays small. EKS uses the SDK's client, which has 3 MB. The SDK's EC2 client has 26
 * MB, and enrichment needs one of its 800 operations. {@link io.tiercel.functions.lookup.DescribeInstances} therefore makes that call
 * with {@link io.tiercel.functions.lookup.SignedPost} and reads the XML response. The channel {@code security-hub} makes its call in the
 * same way. All other calls to AWS use clients of the SDK, which {@link io.tiercel.functions.lookup.AwsConnection} configures.
 *
 * <p>Depends on the core module and on the SDK. Failures are {@code ActionException}s.
 */
@NullMarked
package io.tiercel.functions.lookup;

import org.jspecify.annotations.NullMarked;
