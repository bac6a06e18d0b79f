package io.tiercel.functions.aws;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The unpacked code of the functions of this build.
 *
 * @param folder contains one folder for each zip
 */
record FunctionCode(Path folder) {
    private static final Path ROOT = Path.of(System.getProperty("tiercel.root"));
    static final Path FUNCTION_ZIP =
            ROOT.resolve("functions").resolve("aws").resolve("target").resolve("function.zip");
    static final Path RESPOND_ZIP =
            ROOT.resolve("functions").resolve("aws-respond").resolve("target").resolve("respond.zip");

    static final Path NOTIFY_ZIP =
            ROOT.resolve("functions").resolve("aws-notify").resolve("target").resolve("notify.zip");

    static final Path OPERATE_ZIP =
            ROOT.resolve("functions").resolve("aws-operate").resolve("target").resolve("operate.zip");

    /** Unpacks all zips. */
    static FunctionCode unpack(Path folder) throws IOException {
        FunctionCode code = new FunctionCode(folder);
        unpack(FUNCTION_ZIP, code.of("enrich"));
        unpack(RESPOND_ZIP, code.of("respond"));
        unpack(NOTIFY_ZIP, code.of("notify"));
        return code;
    }

    /** Unpacks one zip into a folder. */
    static void unpack(Path zip, Path folder) throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            Enumeration<? extends ZipEntry> entries = file.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                Path target = folder.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    try (InputStream content = file.getInputStream(entry)) {
                        Files.copy(content, target);
                    }
                }
            }
        }
    }

    /** Returns the folder with the code of a function. */
    Path of(String function) {
        return folder.resolve(
                switch (function) {
                    case "respond" -> "respond";
                    case "notify", "interact" -> "notify";
                    case "operate", "operate-read" -> "operate";
                    default -> "function";
                });
    }
}
