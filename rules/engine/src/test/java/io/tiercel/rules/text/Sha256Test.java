package io.tiercel.rules.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class Sha256Test {
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void hashesBytesAndText() {
        assertEquals(ABC, Sha256.hex("abc"));
        assertEquals(ABC, Sha256.hex("abc".getBytes(StandardCharsets.UTF_8)));
        assertEquals("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Sha256.hex(""));
    }

    @Test
    void encodesTextAsUtf8() {
        assertEquals(Sha256.hex(new byte[] {(byte) 0xC3, (byte) 0xA9}), Sha256.hex("é"));
    }

    @Test
    void hashesValuesInSequence() {
        assertEquals(ABC, new Sha256().update("a").update(new byte[] {'b', 'c'}).hex());
    }

    @Test
    void returnsThePrefixOfTheHash() {
        assertEquals(ABC.substring(0, 24), new Sha256().update("abc").hexPrefix(12));
    }

    @Test
    void startsOverAfterAResult() {
        Sha256 sha = new Sha256().update("something else");
        sha.hex();

        assertEquals(ABC, sha.update("abc").hex());
    }
}
