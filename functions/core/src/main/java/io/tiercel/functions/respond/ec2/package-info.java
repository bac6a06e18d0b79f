/** Actions on EC2 instances, by what a port to EC2 and its neighbours can read and write. */
@NullMarked
package io.tiercel.functions.respond.ec2;

import org.jspecify.annotations.NullMarked;
