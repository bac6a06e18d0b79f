package io.tiercel.functions.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.io.InputDecorator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/**
 * Passes input that is not valid JSON to the functions as a JSON string. Funqy parses each message before our code runs, and would fail
 * an unparsable message five times without a log entry. Our parsers reject a string immediately, with the reason.
 */
@Singleton
final class InvalidJsonAsText implements ObjectMapperCustomizer {
    @Override
    public void customize(ObjectMapper mapper) {
        mapper.getFactory().setInputDecorator(new Decorator());
    }

    private static final class Decorator extends InputDecorator {
        private static final long serialVersionUID = 1L;
        private static final JsonFactory JSON = new JsonFactory();

        @Override
        public InputStream decorate(IOContext context, InputStream in) throws IOException {
            byte[] document = in.readAllBytes();
            return decorate(context, document, 0, document.length);
        }

        @Override
        public InputStream decorate(IOContext context, byte[] document, int offset, int length) throws IOException {
            if (parses(document, offset, length)) {
                return new ByteArrayInputStream(document, offset, length);
            }
            String text = new String(document, offset, length, StandardCharsets.UTF_8);
            return new ByteArrayInputStream(TextNode.valueOf(text).toString().getBytes(StandardCharsets.UTF_8));
        }

        private static boolean parses(byte[] document, int offset, int length) throws IOException {
            try (JsonParser parser = JSON.createParser(document, offset, length)) {
                if (parser.nextToken() == null) {
                    return false;
                }
                parser.skipChildren();
                return true;
            } catch (JsonProcessingException e) {
                return false;
            }
        }

        @Override
        public Reader decorate(IOContext context, Reader reader) {
            return reader;
        }
    }
}
