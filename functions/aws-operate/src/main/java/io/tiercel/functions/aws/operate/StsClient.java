package io.tiercel.functions.aws.operate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Sends presigned requests to STS. It verifies certificates, follows no redirect, and limits the time and the size of the response.
 *
 * <p>It does not use the HTTP client of the notification channels, because that one removes parts of the request from the response. The
 * response of STS contains the name of the operation, and an ARN may contain the name of the function.
 */
final class StsClient implements CallerIdentityService {
    /** The maximum time of the whole exchange. */
    static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** The maximum size of a response in bytes. */
    static final int MAX_BYTES = 16 * 1024;

    private static final List<String> ARN_PATH = List.of("GetCallerIdentityResponse", "GetCallerIdentityResult", "Arn");

    private final Optional<URI> endpoint;
    private @Nullable HttpClient client;

    /** @param endpoint receives the requests in place of STS; only for tests */
    StsClient(Optional<URI> endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public String arn(PresignedIdentity identity, String function) throws IdentityRejected, IdentityUnavailable {
        HttpRequest request = HttpRequest.newBuilder(address(identity.url()))
                .timeout(TIMEOUT)
                .header(PresignedIdentity.FUNCTION_HEADER, function)
                .GET()
                .build();
        HttpResponse<byte[]> response = send(request);
        if (response.statusCode() == 200) {
            return arn(response.body());
        }
        boolean busy = response.statusCode() == 429 || new String(response.body(), UTF_8).contains("<Code>Throttling");
        if (response.statusCode() >= 400 && response.statusCode() < 500 && !busy) {
            throw new IdentityRejected(
                    "STS rejects identity.url: the signature, the credentials or the time is not valid");
        }
        throw new IdentityUnavailable("STS answered with status " + response.statusCode());
    }

    private URI address(URI url) {
        return endpoint.map(other ->
                        URI.create(other.getScheme() + "://" + other.getRawAuthority() + "/?" + url.getRawQuery()))
                .orElse(url);
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws IdentityUnavailable {
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client().sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
        try {
            return exchange.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IdentityUnavailable("STS did not answer within " + TIMEOUT.toSeconds() + " seconds");
        } catch (ExecutionException e) {
            // The message of the cause may contain the address of the request.
            Throwable cause = e.getCause();
            throw new IdentityUnavailable("the request to STS failed"
                    + (cause == null ? "" : ": " + cause.getClass().getSimpleName()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IdentityUnavailable("the request to STS was interrupted");
        } finally {
            exchange.cancel(true);
        }
    }

    /** Created with the first request, so that a snapshot of SnapStart contains no connection. */
    private synchronized HttpClient client() {
        HttpClient current = client;
        if (current == null) {
            current = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIMEOUT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();
            client = current;
        }
        return current;
    }

    /** Returns the ARN of a response. Rejects document type declarations, so that no entity is expanded and nothing is fetched. */
    static String arn(byte[] response) throws IdentityUnavailable {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(response));
            Deque<String> path = new ArrayDeque<>();
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        path.addLast(reader.getLocalName());
                        if (List.copyOf(path).equals(ARN_PATH)) {
                            return reader.getElementText().strip();
                        }
                    }
                    case XMLStreamConstants.END_ELEMENT -> path.removeLast();
                    case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                        throw new IdentityUnavailable("STS sent a response with a document type declaration");
                    default -> {
                        // Texts between elements.
                    }
                }
            }
        } catch (XMLStreamException e) {
            throw new IdentityUnavailable("STS sent a response that is not valid XML");
        }
        throw new IdentityUnavailable("STS sent a response without an ARN");
    }
}
