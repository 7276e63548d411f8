/**
 * The same small service in each framework, protected as docs/verify.md says: `/things` needs the scope `read`, `/orders` the scope
 * `orders`, and the handler of `/broken` throws.
 */
import 'reflect-metadata';
import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import middie from '@fastify/middie';
import { serve } from '@hono/node-server';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  HttpException,
  type MiddlewareConsumer,
  Module,
  Req,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Context, Hono, type Next } from 'hono';
import Koa from 'koa';
import { TokenVerificationError, type VerifiedToken, type Verifier } from '../../lib/verify.js';

export interface Service {
  readonly origin: string;
  close(): Promise<unknown>;
}

type Start = (verifier: Verifier) => Promise<Service>;

/** What a middleware leaves on a request. */
interface Verified {
  readonly auth?: VerifiedToken;
}

const SCOPES: Readonly<Record<string, string>> = {
  '/things': 'read',
  '/orders': 'orders',
  '/broken': 'read',
};

/** What the handlers answer. */
function answer(path: string, auth: VerifiedToken | undefined): object {
  if (path === '/broken') throw new Error('the handler failed');
  return { path, caller: auth?.claims.client_id, scope: auth?.scope };
}

/** How a token is refused where the framework answers; throws what is of others. */
function refusal(error: unknown) {
  if (!(error instanceof TokenVerificationError)) throw error;
  return { status: error.httpStatus, headers: error.headers, body: { error: error.code } };
}

/** A service of a server that listens, or is about to. */
export async function listening(server: http.Server): Promise<Service> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

const startNode: Start = (verifier) => {
  const checks = Object.entries(SCOPES).map(
    ([path, scope]) => [path, verifier.middleware({ scope })] as const,
  );
  const server = http.createServer((request: IncomingMessage & Verified, response) => {
    const [, check] = checks.find(([path]) => path === request.url) ?? [];
    check?.(request, response, (error) => {
      try {
        if (error) throw error;
        const body = JSON.stringify(answer(request.url ?? '', request.auth));
        response.setHeader('Content-Type', 'application/json').end(body);
      } catch {
        response.writeHead(500).end();
      }
    });
  });
  return listening(server.listen(0, '127.0.0.1'));
};

const startExpress: Start = (verifier) => {
  const app = express();
  app.set('env', 'test');
  for (const [path, scope] of Object.entries(SCOPES)) {
    app.get(path, verifier.middleware({ scope }), (request: express.Request & Verified, response) => {
      response.json(answer(path, request.auth));
    });
  }
  return listening(app.listen(0, '127.0.0.1'));
};

const startMiddie: Start = async (verifier) => {
  const app = fastify({ forceCloseConnections: true });
  await app.register(middie);
  for (const [path, scope] of Object.entries(SCOPES)) {
    app.use(path, verifier.middleware({ scope }));
    app.get(path, async ({ raw }) => answer(path, (raw as Verified).auth));
  }
  return { origin: await app.listen({ host: '127.0.0.1', port: 0 }), close: () => app.close() };
};

const startFastify: Start = async (verifier) => {
  const app = fastify({ forceCloseConnections: true });
  const verified = new WeakMap<FastifyRequest, VerifiedToken>();
  const check = (scope: string) => async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      verified.set(request, await verifier.verifyRequest(request.raw, { scope }));
    } catch (error) {
      const { status, headers, body } = refusal(error);
      return reply.code(status).headers(headers).send(body);
    }
  };
  for (const [path, scope] of Object.entries(SCOPES))
    app.get(path, { preHandler: check(scope) }, async (request) => answer(path, verified.get(request)));
  return { origin: await app.listen({ host: '127.0.0.1', port: 0 }), close: () => app.close() };
};

const startKoa: Start = (verifier) => {
  const app = new Koa();
  app.silent = true;
  app.use(async (context, next) => {
    try {
      context.state.auth = await verifier.verifyRequest(context.req, { scope: SCOPES[context.path] });
    } catch (error) {
      const { status, headers, body } = refusal(error);
      context.status = status;
      context.set(headers);
      context.body = body;
      return;
    }
    await next();
  });
  app.use((context) => {
    context.body = answer(context.path, context.state.auth);
  });
  return listening(app.listen(0, '127.0.0.1'));
};

const startHono: Start = (verifier) => {
  const app = new Hono<{ Variables: { auth: VerifiedToken } }>();
  app.onError((_, context) => context.text('failed', 500));
  app.use(async (context: Context, next: Next) => {
    try {
      context.set('auth', await verifier.verifyRequest(context.req.raw, { scope: SCOPES[context.req.path] }));
    } catch (error) {
      const { status, headers, body } = refusal(error);
      return context.json(body, status, headers);
    }
    return next();
  });
  app.get('*', (context) => context.json(answer(context.req.path, context.get('auth'))));
  return listening(serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as http.Server);
};

/** Its decorators are called as functions: what compiles the specs writes no metadata. */
function nestController() {
  class ThingsController {
    read({ path, auth }: express.Request & Verified): object {
      return answer(path, auth);
    }
  }
  Controller()(ThingsController);
  Get(Object.keys(SCOPES))(
    ThingsController.prototype,
    'read',
    Object.getOwnPropertyDescriptor(ThingsController.prototype, 'read') as PropertyDescriptor,
  );
  Req()(ThingsController.prototype, 'read', 0);
  return ThingsController;
}

async function startModule(module: new () => object): Promise<Service> {
  const app = await NestFactory.create(module, { logger: false, forceCloseConnections: true });
  await app.listen(0, '127.0.0.1');
  return { origin: await app.getUrl(), close: () => app.close() };
}

const startNestGuard: Start = (verifier) => {
  class TokenGuard implements CanActivate {
    async canActivate(context: ExecutionContext): Promise<boolean> {
      const [request, response] = [context.switchToHttp().getRequest(), context.switchToHttp().getResponse()];
      try {
        request.auth = await verifier.verifyRequest(request, { scope: SCOPES[request.path] });
        return true;
      } catch (error) {
        const { status, headers, body } = refusal(error);
        response.set(headers);
        throw new HttpException(body, status);
      }
    }
  }
  const controller = nestController();
  UseGuards(new TokenGuard())(controller);
  class AppModule {}
  Module({ controllers: [controller] })(AppModule);
  return startModule(AppModule);
};

const startNestMiddleware: Start = (verifier) => {
  class AppModule {
    configure(consumer: MiddlewareConsumer): void {
      for (const [path, scope] of Object.entries(SCOPES))
        consumer.apply(verifier.middleware({ scope })).forRoutes(path);
    }
  }
  Module({ controllers: [nestController()] })(AppModule);
  return startModule(AppModule);
};

export const SERVICES: readonly (readonly [name: string, start: Start])[] = [
  ['node:http', startNode],
  ['Express', startExpress],
  ['Fastify by @fastify/middie', startMiddie],
  ['Fastify by a hook', startFastify],
  ['Koa', startKoa],
  ['Hono', startHono],
  ['NestJS by a guard', startNestGuard],
  ['NestJS by a middleware', startNestMiddleware],
];
