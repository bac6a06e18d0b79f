/** Actions on IAM roles, by what a port to IAM can read and write. */
@NullMarked
package io.tiercel.functions.respond.iam;

import org.jspecify.annotations.NullMarked;
