package io.tiercel.functions.channels.contract;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.tiercel.functions.channels.support.ReceivedMail;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** Services of AWS, with the responses that AWS documents. Tests on moto verify the requests in more detail. */
final class AwsServices {
    private static final int MAX_BYTES = 256 * 1024;
    private static final String REGION = "region: eu-west-1";

    static {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", Service.SECRET);
    }

    private AwsServices() {}

    static List<Service> all() {
        return List.of(new Sns(), new EventBridge(), new SecurityHub(), new OcsfS3(), new Ses());
    }

    /** AWS names no time for the next attempt. */
    private abstract static class AwsService extends HttpService {
        AwsService(String type) {
            super(type);
        }

        String aws() {
            return REGION + ", endpoint: " + address();
        }

        static ResponseDefinitionBuilder json(int status, String code) {
            return aResponse()
                    .withStatus(status)
                    .withHeader("x-amzn-ErrorType", code)
                    .withBody("{\"__type\":\"" + code + "\",\"Code\":\"" + code + "\",\"message\":\"no\"}");
        }

        @Override
        ResponseDefinitionBuilder throttle() {
            return json(429, "TooManyRequestsException");
        }

        @Override
        ResponseDefinitionBuilder reject() {
            return json(403, "AccessDeniedException");
        }

        @Override
        public Duration retryAfter() {
            return Duration.ZERO;
        }
    }

    private static final class Sns extends AwsService {
        Sns() {
            super("sns");
        }

        @Override
        public String settings() {
            return "topic: \"arn:aws:sns:eu-west-1:123456789012:incidents\", endpoint: " + address();
        }

        @Override
        ResponseDefinitionBuilder accept() {
            return aResponse()
                    .withBody("<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult>"
                            + "<MessageId>1</MessageId></PublishResult></PublishResponse>");
        }

        @Override
        ResponseDefinitionBuilder throttle() {
            return error(400, "Throttling");
        }

        @Override
        ResponseDefinitionBuilder reject() {
            return error(403, "AuthorizationError");
        }

        private static ResponseDefinitionBuilder error(int status, String code) {
            return aResponse()
                    .withStatus(status)
                    .withBody("<ErrorResponse><Error><Type>Sender</Type><Code>" + code
                            + "</Code><Message>no</Message></Error></ErrorResponse>");
        }

        @Override
        String text(LoggedRequest request) throws Exception {
            String message = request.formParameter("Message").firstValue();
            String subject = request.formParameter("Subject").firstValue();
            assertTrue(subject.matches("[ -~]{1,100}"), subject);
            assertEquals("json", request.formParameter("MessageStructure").firstValue());
            assertTrue(message.chars().allMatch(c -> c >= ' ' && c <= '~'), message);
            assertTrue(message.length() <= MAX_BYTES - 4096, "size " + message.length());
            JsonNode forms = JSON.readTree(message);
            return subject + "\n" + forms.path("email").asText() + "\n"
                    + texts(JSON.readTree(forms.path("default").asText()));
        }
    }

    private static final class EventBridge extends AwsService {
        EventBridge() {
            super("eventbridge");
        }

        @Override
        public String settings() {
            return "bus: security, " + aws();
        }

        @Override
        ResponseDefinitionBuilder accept() {
            return okJson("{\"FailedEntryCount\":0,\"Entries\":[{\"EventId\":\"1\"}]}");
        }

        @Override
        ResponseDefinitionBuilder throttle() {
            return okJson("{\"FailedEntryCount\":1,\"Entries\":[{\"ErrorCode\":\"ThrottlingException\"}]}");
        }

        @Override
        String text(LoggedRequest request) throws Exception {
            JsonNode entry = JSON.readTree(request.getBody()).path("Entries").path(0);
            assertEquals("tiercel", entry.path("Source").asText());
            assertTrue(request.getBody().length <= MAX_BYTES, "size " + request.getBody().length);
            return texts(JSON.readTree(entry.path("Detail").asText()));
        }
    }

    private static final class SecurityHub extends AwsService {
        SecurityHub() {
            super("security-hub");
        }

        @Override
        public String settings() {
            return "account: \"123456789012\", " + aws();
        }

        @Override
        ResponseDefinitionBuilder accept() {
            return okJson("{\"FailedCount\":0,\"SuccessCount\":1,\"FailedFindings\":[]}");
        }

        @Override
        ResponseDefinitionBuilder reject() {
            return okJson("{\"FailedCount\":1,\"SuccessCount\":0,\"FailedFindings\":"
                    + "[{\"Id\":\"x\",\"ErrorCode\":\"InvalidInput\",\"ErrorMessage\":\"no\"}]}");
        }

        @Override
        String text(LoggedRequest request) throws Exception {
            assertEquals("/findings/import", request.getUrl());
            JsonNode findings = JSON.readTree(request.getBody()).path("Findings");
            assertEquals(1, findings.size());
            AsffContract.verify(findings.path(0));
            return texts(findings.path(0));
        }
    }

    private static final class OcsfS3 extends AwsService {
        OcsfS3() {
            super("ocsf-s3");
        }

        @Override
        public String settings() {
            return "bucket: findings, account: \"123456789012\", " + aws();
        }

        @Override
        ResponseDefinitionBuilder accept() {
            return aResponse().withStatus(200);
        }

        @Override
        ResponseDefinitionBuilder throttle() {
            return aResponse().withStatus(503).withBody("<Error><Code>SlowDown</Code><Message>no</Message></Error>");
        }

        @Override
        ResponseDefinitionBuilder reject() {
            return aResponse()
                    .withStatus(403)
                    .withBody("<Error><Code>AccessDenied</Code><Message>no</Message></Error>");
        }

        @Override
        String text(LoggedRequest request) throws Exception {
            JsonNode finding = JSON.readTree(request.getBody());
            OcsfContract.verify(finding);
            return texts(finding);
        }
    }

    private static final class Ses extends AwsService {
        Ses() {
            super("email");
        }

        @Override
        public String settings() {
            return "via: ses, from: Tiercel <alerts@example.com>, to: [soc@example.com], " + aws();
        }

        @Override
        ResponseDefinitionBuilder accept() {
            return okJson("{\"MessageId\":\"1\"}");
        }

        @Override
        ResponseDefinitionBuilder reject() {
            return json(400, "MessageRejected");
        }

        @Override
        String text(LoggedRequest request) throws Exception {
            JsonNode raw = JSON.readTree(request.getBody()).at("/Content/Raw/Data");
            ReceivedMail mail = ReceivedMail.parse(Base64.getDecoder().decode(raw.asText()));
            mail.verify();
            assertNotNull(mail.header("References"));
            return mail.subject() + "\n" + mail.text();
        }

        @Override
        public String toString() {
            return "email via ses";
        }
    }
}
