//! tokio-tungstenite, as its own examples do it: `forward` writes once for all the messages that
//! were there, and a room is a queue for each client.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::rc::Rc;

use futures_channel::mpsc::{UnboundedSender, unbounded};
use futures_util::future::{self, Either};
use futures_util::{StreamExt, TryStreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{LocalSet, spawn_local};
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::{Error, Message};

type Room = Rc<RefCell<HashMap<u64, UnboundedSender<Message>>>>;

pub fn serve(listener: std::net::TcpListener, is_room: bool) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = super::runtime()?;
    LocalSet::new().block_on(&runtime, async move {
        let listener = TcpListener::from_std(listener)?;
        let room = Room::default();
        let mut id = 0;
        loop {
            let (stream, _) = listener.accept().await?;
            id += 1;
            if is_room {
                spawn_local(tell_all(stream, room.clone(), id));
            } else {
                spawn_local(echo(stream));
            }
        }
    })
}

async fn echo(stream: TcpStream) -> Result<(), Error> {
    stream.set_nodelay(true)?;
    let (write, read) = accept_async(stream).await?.split();
    read.try_filter(|message| future::ready(is_data(message))).forward(write).await
}

async fn tell_all(stream: TcpStream, room: Room, id: u64) -> Result<(), Error> {
    stream.set_nodelay(true)?;
    let (write, read) = accept_async(stream).await?.split();
    let (queue, news) = unbounded();
    room.borrow_mut().insert(id, queue);
    let hear = read.try_for_each(|message| {
        if is_data(&message) {
            for member in room.borrow().values() {
                let _ = member.unbounded_send(message.clone());
            }
        }
        future::ready(Ok(()))
    });
    let tell = news.map(Ok).forward(write);
    let result = match future::select(hear, tell).await {
        Either::Left((result, _)) | Either::Right((result, _)) => result,
    };
    room.borrow_mut().remove(&id);
    result
}

fn is_data(message: &Message) -> bool {
    message.is_text() || message.is_binary()
}
