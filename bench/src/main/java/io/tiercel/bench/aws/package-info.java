/**
 * DynamoDB and SQS in memory, which measure what each request consumes. The code of the functions runs against them unchanged. The
 * contracts of the stores test them. Depends on the AWS SDK only. Both are thread-safe.
 */
@NullMarked
package io.tiercel.bench.aws;

import org.jspecify.annotations.NullMarked;
