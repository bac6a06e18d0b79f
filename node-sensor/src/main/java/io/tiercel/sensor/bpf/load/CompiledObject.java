package io.tiercel.sensor.bpf.load;

import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.host.CpuArchitecture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The object file of the capture program in the sensor's jar, and the compiler that it names. */
public final class CompiledObject {
    /** The compiler with which all supported kernels are tested; a test keeps it equal to {@code bpf/compiler}. */
    public static final String TESTED = "clang 19";

    private static final Pattern COMPILER = Pattern.compile("clang version (\\d+[.0-9]*)");

    private CompiledObject() {}

    /** Returns the object for this machine. */
    public static byte[] read() {
        String name = CpuArchitecture.current().objectFile();
        try (InputStream in = CompiledObject.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new CaptureException("the sensor was built without its capture program: build it with ./tiercel");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new CaptureException("cannot read the capture program from the sensor's jar: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the name and version of the compiler, such as {@code clang 19.1.7}.
     *
     * @throws CaptureException if the jar has no object for this machine
     */
    public static String compiler() {
        return compiler(read());
    }

    /** Returns the compiler that an object names in its section {@code .comment}. */
    public static String compiler(byte[] object) {
        Matcher matcher = COMPILER.matcher(new String(object, StandardCharsets.ISO_8859_1));
        return matcher.find() ? "clang " + matcher.group(1) : "an unknown compiler";
    }

    public static boolean isTested(String compiler) {
        return compiler.startsWith(TESTED + ".");
    }
}
