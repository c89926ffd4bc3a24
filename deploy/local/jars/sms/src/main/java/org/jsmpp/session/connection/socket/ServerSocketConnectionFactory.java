package org.jsmpp.session.connection.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.jsmpp.session.connection.ServerConnection;
import org.jsmpp.session.connection.ServerConnectionFactory;

/**
 * Stands before the library's class of the same name on the class path, so that the simulator,
 * which has no option for it, listens on this machine's own address only.
 */
public class ServerSocketConnectionFactory implements ServerConnectionFactory {

    private static final int BACKLOG = 50;

    /** The only one: clients that wait on it are not turned away when the simulator starts over. */
    private static ServerSocket socket;

    @Override
    public ServerConnection listen(int port) throws IOException {
        return listen(port, 0, BACKLOG);
    }

    @Override
    public ServerConnection listen(int port, int timeout) throws IOException {
        return listen(port, timeout, BACKLOG);
    }

    @Override
    public ServerConnection listen(int port, int timeout, int backlog) throws IOException {
        if (socket == null) {
            socket = new ServerSocket(port, backlog, InetAddress.getByName("127.0.0.1"));
        }
        socket.setSoTimeout(timeout);
        return new ServerSocketConnection(socket) {
            @Override
            public void close() {
                // Stays open for the simulator's next round.
            }
        };
    }
}
