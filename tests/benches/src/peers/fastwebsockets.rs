//! fastwebsockets on hyper, as its own example does it; a room is a queue for each client.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::rc::Rc;

use bytes::Bytes;
use fastwebsockets::upgrade::{UpgradeFut, upgrade};
use fastwebsockets::{
    FragmentCollector, FragmentCollectorRead, Frame, OpCode, Payload, WebSocketError,
};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::{LocalSet, spawn_local, unconstrained};

#[derive(Default)]
struct Room {
    guests: u64,
    queues: HashMap<u64, UnboundedSender<Bytes>>,
}

type SharedRoom = Rc<RefCell<Room>>;

pub fn serve(listener: std::net::TcpListener, is_room: bool) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = super::runtime()?;
    LocalSet::new().block_on(&runtime, async move {
        let listener = TcpListener::from_std(listener)?;
        let room = is_room.then(SharedRoom::default);
        loop {
            let (stream, _) = listener.accept().await?;
            spawn_local(serve_http(stream, room.clone()));
        }
    })
}

async fn serve_http(stream: TcpStream, room: Option<SharedRoom>) -> hyper::Result<()> {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(request, room.clone()));
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await
}

async fn answer(
    mut request: Request<Incoming>,
    room: Option<SharedRoom>,
) -> Result<Response<Empty<Bytes>>, WebSocketError> {
    let (response, upgraded) = upgrade(&mut request)?;
    match room {
        Some(room) => drop(spawn_local(tell_all(upgraded, room))),
        None => drop(spawn_local(unconstrained(echo(upgraded)))),
    }
    Ok(response)
}

async fn echo(upgraded: UpgradeFut) -> Result<(), WebSocketError> {
    let mut socket = FragmentCollector::new(upgraded.await?);
    loop {
        let frame = socket.read_frame().await?;
        match frame.opcode {
            OpCode::Close => return Ok(()),
            OpCode::Text | OpCode::Binary => socket.write_frame(frame).await?,
            _ => {}
        }
    }
}

async fn tell_all(upgraded: UpgradeFut, room: SharedRoom) -> Result<(), WebSocketError> {
    let (read, mut write) = upgraded.await?.split(tokio::io::split);
    let mut read = FragmentCollectorRead::new(read);
    let (queue, mut news) = unbounded_channel::<Bytes>();
    let id = {
        let mut room = room.borrow_mut();
        room.guests += 1;
        let id = room.guests;
        room.queues.insert(id, queue);
        id
    };
    spawn_local(async move {
        while let Some(message) = news.recv().await {
            let frame = Frame::binary(Payload::Borrowed(&message));
            if write.write_frame(frame).await.is_err() {
                return;
            }
        }
    });
    // The load sends neither Ping nor Close, so there is nothing that has to be answered.
    let mut unasked = async |_| Ok::<(), WebSocketError>(());
    loop {
        match read.read_frame(&mut unasked).await {
            Ok(frame) if matches!(frame.opcode, OpCode::Text | OpCode::Binary) => {
                let message = Bytes::copy_from_slice(&frame.payload);
                for queue in room.borrow().queues.values() {
                    let _ = queue.send(message.clone());
                }
            }
            Ok(frame) if frame.opcode != OpCode::Close => {}
            _ => break,
        }
    }
    room.borrow_mut().queues.remove(&id);
    Ok(())
}
