package io.tiercel.functions.lookup;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/** An HTTP client that fails while it reads a response of more than {@value #MAX_RESPONSE_BYTES} bytes. */
record BoundedHttpClient(SdkHttpClient client) implements SdkHttpClient {
    static final int MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        ExecutableHttpRequest prepared = client.prepareRequest(request);
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                return bounded(prepared.call());
            }

            @Override
            public void abort() {
                prepared.abort();
            }
        };
    }

    private static HttpExecuteResponse bounded(HttpExecuteResponse response) {
        return HttpExecuteResponse.builder()
                .response(response.httpResponse())
                .responseBody(response.responseBody()
                        .map(body -> AbortableInputStream.create(new BoundedStream(body), body))
                        .orElse(null))
                .build();
    }

    @Override
    public String clientName() {
        return client.clientName();
    }

    @Override
    public void close() {
        client.close();
    }

    /** Fails after the maximum number of bytes. */
    private static final class BoundedStream extends FilterInputStream {
        private int remaining = MAX_RESPONSE_BYTES;

        private BoundedStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            count(Math.max(read, 0));
            return read;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void count(int read) throws IOException {
            remaining -= read;
            if (remaining < 0) {
                throw new IOException("the response exceeds " + MAX_RESPONSE_BYTES + " bytes");
            }
        }
    }
}
