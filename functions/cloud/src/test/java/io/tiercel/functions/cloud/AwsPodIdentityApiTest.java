package io.tiercel.functions.cloud;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.iam.PodIdentityApi.Association;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the client against a stub of the documented wire format, which answers nothing but well-formed, signed requests. */
@Tag("unit")
class AwsPodIdentityApiTest {
    private static final String PATH = "/clusters/blue/pod-identity-associations";
    private static final String ID = "a-0123456789abcdef0";
    private static final String CLUSTER_ARN = "arn:aws:eks:eu-west-1:123456789012:cluster/blue";
    private static final String ARN = "arn:aws:eks:eu-west-1:123456789012:podidentityassociation/blue/" + ID;
    private static final String ROLE = "arn:aws:iam::123456789012:role/apps/cart";

    private final WireMockServer aws = new WireMockServer(
            WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());
    private final AwsPodIdentityApi eks;

    AwsPodIdentityApiTest() {
        aws.start();
        eks = new AwsPodIdentityApi(StubConnection.to(aws.baseUrl()), "blue");
    }

    @AfterEach
    void stop() {
        aws.stop();
    }

    private void stubPage(@Nullable String token, String associations, @Nullable String nextToken) {
        aws.stubFor(get(urlPathEqualTo(PATH))
                .withHeader("Authorization", matching(".*Credential=AKIDEXAMPLE/[0-9]{8}/eu-west-1/eks/aws4_request.*"))
                .withQueryParam("namespace", equalTo("shop"))
                .withQueryParam("serviceAccount", equalTo("cart"))
                .withQueryParam("nextToken", token == null ? absent() : equalTo(token))
                .willReturn(aResponse()
                        .withHeader("Content-Type", "application/json")
                        .withBody("{\"associations\":[" + associations + "]"
                                + (nextToken == null ? "" : ",\"nextToken\":\"" + nextToken + "\"") + "}")));
    }

    private static String summary(String namespace, String account, String id) {
        return "{\"clusterName\":\"blue\",\"namespace\":\"" + namespace + "\",\"serviceAccount\":\"" + account
                + "\",\"associationArn\":\"" + ARN + "\",\"associationId\":\"" + id + "\"}";
    }

    private void stubDescription(String members) {
        aws.stubFor(get(PATH + "/" + ID)
                .withHeader("Authorization", containing("/eks/aws4_request"))
                .willReturn(aResponse()
                        .withBody("{\"association\":{\"clusterName\":\"blue\",\"associationId\":\"" + ID
                                + "\",\"createdAt\":1.7E9,\"tags\":{}," + members + "}}")));
    }

    private static String description(String namespace, String arn) {
        return "\"namespace\":\"" + namespace + "\",\"serviceAccount\":\"cart\",\"associationArn\":\"" + arn
                + "\",\"roleArn\":\"" + ROLE + "\"";
    }

    @Test
    void an_association_is_found_on_a_later_page() {
        stubPage(null, summary("shop", "other", "a-0000000000000000f"), "t/+= &");
        stubPage("t/+= &", summary("shop", "cart", ID), null);
        stubDescription(description("shop", ARN));
        assertEquals(Optional.of(new Association(CLUSTER_ARN, ROLE, null, false)), eks.association("shop", "cart"));
    }

    @Test
    void disabled_tags_and_a_target_role_are_read() {
        stubPage(null, summary("shop", "cart", ID), null);
        stubDescription(description("shop", ARN)
                + ",\"disableSessionTags\":true,\"targetRoleArn\":\"arn:aws:iam::999999999999:role/ledger\"");
        assertEquals(
                Optional.of(new Association(CLUSTER_ARN, ROLE, "arn:aws:iam::999999999999:role/ledger", true)),
                eks.association("shop", "cart"));
    }

    @Test
    void a_service_account_without_association_has_none() {
        stubPage(null, "", null);
        assertEquals(Optional.empty(), eks.association("shop", "cart"));
        aws.verify(1, anyRequestedFor(anyUrl()));
    }

    @Test
    void pages_without_end_are_limited() {
        stubPage(null, "", "t");
        stubPage("t", "", "t");
        assertTrue(failure().getMessage().contains("more than 10 pages"));
        aws.verify(Pages.MAX_PAGES, anyRequestedFor(anyUrl()));
    }

    @Test
    void several_associations_are_ambiguous() {
        stubPage(null, summary("shop", "cart", ID) + "," + summary("shop", "cart", "a-0000000000000000f"), null);
        assertTrue(failure().getMessage().contains("2 Pod Identity associations"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:eks:eu-west-1:123456789012:podidentityassociation/green/a-0123456789abcdef0",
                "arn:aws:eks:eu-west-1:123456789012:cluster/blue",
                ""
            })
    void a_description_of_something_else_is_rejected(String arn) {
        stubPage(null, summary("shop", "cart", ID), null);
        stubDescription(description("shop", arn));
        assertTrue(failure().getMessage().contains("did not describe the association"));
        stubDescription(description("other", ARN));
        assertTrue(failure().getMessage().contains("did not describe the association"));
    }

    @Test
    void an_id_that_could_leave_the_path_is_rejected() {
        stubPage(null, summary("shop", "cart", "../../../clusters"), null);
        assertTrue(failure().getMessage().contains("invalid id"));
        aws.verify(1, anyRequestedFor(anyUrl()));
    }

    @Test
    void failures_keep_their_kind() {
        aws.stubFor(get(urlPathEqualTo(PATH))
                .willReturn(aResponse()
                        .withStatus(403)
                        .withHeader("x-amzn-ErrorType", "AccessDeniedException")
                        .withBody("{\"message\":\"not authorized\"}")));
        assertEquals(ActionException.Kind.PERMANENT, failure().kind());
        assertEquals(
                "ListPodIdentityAssociations: AccessDeniedException: not authorized",
                failure().getMessage());
        aws.stubFor(get(urlPathEqualTo(PATH)).willReturn(aResponse().withStatus(503)));
        assertEquals(ActionException.Kind.RETRYABLE, failure().kind());
        aws.stubFor(get(urlPathEqualTo(PATH)).willReturn(aResponse().withBody("<html>")));
        assertEquals(ActionException.Kind.RETRYABLE, failure().kind());
    }

    private ActionException failure() {
        return assertThrows(ActionException.class, () -> eks.association("shop", "cart"));
    }
}
