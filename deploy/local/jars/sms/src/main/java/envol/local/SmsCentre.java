package envol.local;

import org.jsmpp.examples.SMPPServerSimulator;

/**
 * Lets the simulator listen again whenever it stopped: it does when a client leaves while it is
 * being let in, and sessions that are open then go on undisturbed.
 */
public final class SmsCentre {

    private static final long PAUSE_IN_MILLISECONDS = 20;

    private SmsCentre() {
    }

    public static void main(String[] arguments) throws InterruptedException {
        SMPPServerSimulator simulator = new SMPPServerSimulator(
                false,
                Integer.getInteger("port"),
                System.getProperty("system.id"),
                System.getProperty("password"));
        while (true) {
            try {
                simulator.run();
            } catch (RuntimeException failure) {
                failure.printStackTrace();
            }
            Thread.sleep(PAUSE_IN_MILLISECONDS);
        }
    }
}
