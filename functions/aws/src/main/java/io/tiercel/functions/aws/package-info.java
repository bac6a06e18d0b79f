/** The functions as AWS Lambdas: SQS calls them through Funqy, and the domain's ports are AWS services. */
@NullMarked
package io.tiercel.functions.aws;

import org.jspecify.annotations.NullMarked;
