package io.tiercel.functions.lookup;

import io.tiercel.functions.respond.action.ActionException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;

/** The call {@code DescribeInstances} of EC2, API version 2016-11-15. */
final class DescribeInstances {
    private static final SignedPost.Operation OPERATION = new SignedPost.Operation(
            "ec2", "DescribeInstances", "/", "application/x-www-form-urlencoded; charset=utf-8");

    private final SignedPost post;

    DescribeInstances(AwsConnection connection) {
        this.post = new SignedPost(connection, OPERATION, DescribeInstances::errorDetails);
    }

    /**
     * Describes an instance and returns the root element of the response.
     *
     * @throws ActionException if the call fails; its kind is {@code NOT_FOUND} if the instance does not exist
     */
    XmlElement call(String instanceId) {
        byte[] body = ("Action=" + OPERATION.name() + "&Version=2016-11-15&InstanceId.1="
                        + URLEncoder.encode(instanceId, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
        return post.call(body, XmlElement::parse);
    }

    private static AwsErrorDetails errorDetails(byte[] body) {
        AwsErrorDetails.Builder details = AwsErrorDetails.builder().serviceName("Ec2");
        XmlElement.parse(body).elements("Errors/Error").stream()
                .findFirst()
                .ifPresent(error -> details.errorCode(error.text("Code").orElse(""))
                        .errorMessage(error.text("Message").orElse("")));
        return details.build();
    }
}
