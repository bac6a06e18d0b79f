package io.tiercel.functions.aws;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged functions one after another: function.zip, and respond.zip for respond. */
@Tag("packaged")
class PackagedPipelineIT {
    @TempDir
    static Path folder;

    private static FunctionCode code = new FunctionCode(Path.of(""));

    @BeforeAll
    static void unpack() throws Exception {
        code = FunctionCode.unpack(folder);
    }

    @Test
    void countsAnAlertAndNotifiesSlack() throws Exception {
        try (Moto moto = Moto.startOrSkip();
                SlackWebhookStub slack = new SlackWebhookStub()) {
            Pipeline.sendAlerts(moto, slack, code, Pipeline.create(moto, slack), LambdaProcess::start);
        }
    }

    @Test
    void countsAnAlertAndNotifiesSlackInTheEmulator(@TempDir Path work) throws Exception {
        Tool emulator = Tool.oneOf("aws-lambda-rie");
        try (Moto moto = Moto.startOrSkip();
                SlackWebhookStub slack = new SlackWebhookStub()) {
            Pipeline.sendAlerts(
                    moto,
                    slack,
                    code,
                    Pipeline.create(moto, slack),
                    (unpacked, settings, aws) -> LambdaEmulator.start(
                            emulator, Files.createTempDirectory(work, "function"), unpacked, settings, aws));
        }
    }
}
